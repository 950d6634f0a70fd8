import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { Interaction } from "@web/public/interaction";

const KEY = "openeducat_student_portal.submission";
const ownKeys = () => `${KEY}.${user.userId}.`;

/** Asks the browser's store, which browsers may refuse or have no room in. */
function store(action, ...parameters) {
    try {
        return browser.localStorage[action](...parameters);
    } catch {
        return null;
    }
}

/** Keeps the text of a submission in the browser until the server has it. */
export class StudentSubmission extends Interaction {
    static selector = ".o_student_submission";
    dynamicContent = {
        "textarea[name=text]": { "t-on-input": this.keep },
        form: { "t-on-submit": this.keep },
        ".o_student_submission_kept": {
            "t-att-class": () => ({ "d-none": !this.offered }),
        },
        ".o_student_submission_discard": { "t-on-click": this.discard },
    };

    setup() {
        const { assignmentId, submitted = "" } = this.el.dataset;
        this.key = ownKeys() + assignmentId;
        this.submitted = submitted.trim();
        this.area = this.el.querySelector("textarea");
        // What was sent with a form that the server refused is in the page already.
        const refused = this.area.defaultValue.trim();
        this.offered = Boolean(this.area.readOnly && refused);
        const kept = store("getItem", this.key);
        if (kept === null) {
            return;
        }
        if (kept.trim() === this.submitted) {
            store("removeItem", this.key);
        } else if (this.area.readOnly ? !refused : refused === this.submitted) {
            this.area.value = kept;
            this.offered = true;
        }
    }

    keep() {
        const text = this.area.value.trim();
        if (text && text !== this.submitted) {
            store("setItem", this.key, this.area.value);
        } else {
            store("removeItem", this.key);
        }
    }

    discard() {
        store("removeItem", this.key);
        this.area.value = this.area.readOnly ? "" : this.submitted;
        this.offered = false;
        if (!this.area.readOnly) {
            this.area.focus();
        }
    }
}

function forget(isToForget) {
    for (const key of Object.keys(browser.localStorage)) {
        if (key.startsWith(`${KEY}.`) && isToForget(key)) {
            store("removeItem", key);
        }
    }
}

/** Removes what was typed by others, who used this browser before, and by who signs
 * out: nobody who comes next shall read it. */
export class KeptSubmissions extends Interaction {
    static selector = "#wrapwrap";
    dynamicContent = {
        "a[href*='/web/session/logout']": {
            "t-on-click": () => forget((key) => key.startsWith(ownKeys())),
        },
    };

    setup() {
        // Nobody is signed in once a session has expired: its user may come back.
        if (user.userId) {
            forget((key) => !key.startsWith(ownKeys()));
        }
    }
}

registry
    .category("public.interactions")
    .add("openeducat_student_portal.submission", StudentSubmission)
    .add("openeducat_student_portal.kept_submissions", KeptSubmissions);
