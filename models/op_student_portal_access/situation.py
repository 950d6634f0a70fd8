from functools import cached_property


class Situation:
    """What the database holds about many requests, asked for once."""

    def __init__(self, model, requests):
        # Who may grant to a student may learn whose login an address is, and which
        # users the contact has, of any company: logins are unique across all.
        env = model.sudo().env
        holders = model.sudo_holders(requests)
        contacts = env["res.partner"].browse(
            {holder.partner_id.id for holder in holders.values()}
        )
        # Of a whole school, all at once: the ORM itself fetches a thousand at a time.
        contacts.fetch(["email", "name", "company_id", "student_portal_access_ids"])
        self.typed = {
            request.holder: (
                holders[request.holder].portal_email()
                if request.login is None
                else request.login
            )
            or ""
            for request in requests
        }
        self.logins = {
            holder: model.any_login(typed) for holder, typed in self.typed.items()
        }
        self.holders = holders
        self.accesses = model.of_contacts(contacts)
        self.schools = {each: each.student_portal_school() for each in contacts}
        self.owners = model.login_owners(filter(None, self.logins.values()))
        self.reserved = model.reserved_users()
        users = env["res.users"].with_context(active_test=False)
        self.users = users.search_fetch(
            [("partner_id", "in", contacts.ids)],
            ["partner_id", "active", "share", "login"],
        ).grouped("partner_id")
        self.owning = users.union(*self.owners.values())
        named = users.union(*(holder.user_id for holder in holders.values()))
        self.free_users = set(model.free_users(self.owning | named))
        self.portal_groups = env["res.groups"].student_portal_groups()
        self.own_groups = {
            name: env[name].own_portal_groups()
            for name in {holder._name for holder in holders}
        }
        self.patterns = {
            holder: self.schools[known.partner_id].student_portal_login_pattern
            if holder._has_pattern_login
            else ""
            for holder, known in holders.items()
        }
        self.by_pattern = set()
        self._use_patterns(model, requests)

    def _use_patterns(self, model, requests):
        """Give those a login by their school's pattern who have no other one."""
        mailboxes = self._shared_mailboxes(model, requests)
        needing = []
        for request in requests:
            contact = self.holders[request.holder].partner_id
            access = self.accesses[contact]
            login, pattern = self.logins[request.holder], self.patterns[request.holder]
            own = "" if access.has_linked_user else model.plain_login(access.login)
            if request.login is None:
                if own:
                    self.typed[request.holder] = self.logins[request.holder] = own
                elif pattern and (
                    not self.typed[request.holder].strip()
                    or (login, self.schools[contact]) in mailboxes
                ):
                    needing.append(request.holder)
            elif login and "@" not in login:
                others = self.owners.get(login, access.user_id) - access.user_id
                if not pattern and login != own:
                    self.logins[request.holder] = ""
                elif request.by_pattern:
                    if others:
                        needing.append(request.holder)
                    else:
                        self.by_pattern.add(request.holder)
        if needing:
            taken = {each for each in self.logins.values() if "@" not in each}
            proposed = model.pattern_logins(
                [self.holders[each] for each in needing],
                {self.holders[each]: self.patterns[each] for each in needing},
                taken,
            )
            for each in needing:
                if login := proposed[self.holders[each]]:
                    self.typed[each] = self.logins[each] = login
                    self.by_pattern.add(each)

    def _shared_mailboxes(self, model, requests):
        """Return the addresses that students of a school share, with the school."""
        candidates = {}
        for request in requests:
            contact = self.holders[request.holder].partner_id
            school = self.schools[contact]
            login = self.logins[request.holder]
            if (
                request.login is None
                and login
                and request.holder._has_pattern_login
                and school.student_portal_shared_mailbox
            ):
                candidates.setdefault((login, school), set()).add(contact.id)
        if not candidates:
            return set()
        known = model.contacts_of_addresses({login for login, _school in candidates})
        return {
            (login, school)
            for (login, school), contacts in candidates.items()
            if len(contacts | known.get(login, set())) > 1
            or any(
                owner.partner_id.id not in contacts and owner not in self.free_users
                for owner in self.owners.get(login, ())
            )
        }

    @cached_property
    def students_of_owners(self):
        """The students who have the logins that are asked for, by contact."""
        return self.owning.partner_id.students_of_contacts().grouped("partner_id")

    def email(self, holder, user, access):
        """Return where the mails of a holder go, or an empty text for by letter."""
        login = self.logins[holder]
        if "@" in login:
            return login
        if user and (access.has_linked_user or not access):
            # Links of a user that other code has made go to its login alone.
            return ""
        return access.normalize_login(self.holders[holder].partner_id.email)
