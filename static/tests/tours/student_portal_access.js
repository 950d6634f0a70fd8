import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/** Says that a form shows a state of the access. */
const stateIs = (state) => ({
    content: `The state of the access is ${state}`,
    trigger: `.o_form_view .o_field_widget[name=portal_state].o_field_badge:contains(${state})`,
});

/** Clicks a button of the form's header. */
const clickButton = (name) => ({
    content: `Click ${name}`,
    trigger: `.o_form_view .o_statusbar_buttons button[name=${name}]`,
    run: "click",
});

/** Searches a text in the first of the fields that are proposed. */
const search = (text) => [
    {
        content: `Search ${text}`,
        trigger: "body:has(.o_list_view .o_data_row) .o_searchview_input",
        run: `edit ${text}`,
    },
    {
        content: "Search by the first field that is offered",
        trigger: ".o_searchview_autocomplete .o-dropdown-item:first",
        run: "click",
    },
];

/** Chooses a filter, or what to group by. */
const choose = (name) => [
    {
        content: "Open the filters",
        trigger: ".o_searchview_dropdown_toggler",
        run: "click",
    },
    {
        content: `Choose ${name}`,
        trigger: `.o_search_bar_menu .o-dropdown-item:contains(/^${name}$/)`,
        run: "click",
    },
    {
        content: "Close the filters",
        trigger: ".o_searchview_dropdown_toggler",
        run: "click",
    },
];

tours.add("student_portal_access_form", {
    steps: () => [
        stateIs("Invited"),
        clickButton("action_resend_portal_invitation"),
        {
            content: "The invitation is queued",
            trigger: ".o_notification:contains(Invitations queued: Student)",
        },
        {
            content: "The form says so",
            trigger:
                ".o_form_view .o_field_widget[name=portal_mail_state]:contains(Queued)",
        },
        clickButton("action_revoke_portal_access"),
        {
            content: "It is asked about first",
            trigger: ".modal .btn-primary:contains(Revoke Access)",
            run: "click",
        },
        stateIs("Revoked"),
        clickButton("action_restore_portal_access"),
        stateIs("Granted"),
        {
            content: "The mail was cancelled with the access",
            trigger:
                ".o_form_view .o_field_widget[name=portal_mail_state]:contains(Cancelled)",
        },
        {
            content: "The chatter tells what was done",
            trigger: ".o-mail-Message:contains(Portal access revoked)",
        },
        {
            content: "The email is not the login",
            trigger: ".o_form_view .text-warning:contains(Update Login)",
        },
        clickButton("action_update_portal_login"),
        {
            content: "It is asked about first",
            trigger: ".modal .btn-primary:contains(Update Login)",
            run: "click",
        },
        {
            content: "The email is the login",
            trigger:
                ".o_form_view .o_field_widget[name=portal_login]:contains(tour.new@example.com)",
        },
    ],
});

tours.add("student_portal_access_list", {
    steps: () => [
        {
            content: "Show the students as a list",
            trigger: "button.o_switch_view.o_list",
            run: "click",
        },
        {
            content: "The list is there, with its own search bar",
            trigger: ".o_list_view .o_data_row",
        },
        ...search("TOUR-ACCESS"),
        {
            content: "Four students are found, with their states",
            trigger:
                ".o_list_view:has(.o_data_row:eq(3)):not(:has(.o_data_row:eq(4))) .o_data_row .o_field_badge:contains(Active)",
        },
        ...choose("Portal: Mail Failed"),
        {
            content: "One of them was never reached",
            trigger: ".o_list_view:has(.o_data_row:eq(0)):not(:has(.o_data_row:eq(1)))",
        },
        ...choose("Portal: Mail Failed"),
        ...choose("Portal: Invited, Never Signed in"),
        {
            content: "Two of them never came",
            trigger: ".o_list_view:has(.o_data_row:eq(1)):not(:has(.o_data_row:eq(2)))",
        },
        ...choose("Portal: Invited, Never Signed in"),
        {
            content: "All are there again",
            trigger: ".o_list_view:has(.o_data_row:eq(3))",
        },
        {
            content: "Select them all",
            trigger: "thead .o_list_record_selector input",
            run: "click",
        },
        {
            content: "Open the Action menu",
            trigger: ".o_cp_action_menus button:contains(Actions)",
            run: "click",
        },
        {
            content: "Resend Invitation",
            trigger: ".o-dropdown--menu .o_menu_item:contains(Resend Invitation)",
            run: "click",
        },
        {
            content: "It is asked about first",
            trigger: ".modal .alert-warning:contains(2 students will be mailed)",
        },
        {
            content: "Send the invitations",
            trigger: ".modal button[name=action_confirm]:contains(Send)",
            run: "click",
        },
        {
            content: "Two are invited again",
            trigger: ".modal .alert-success:contains(Invitations queued: 2)",
        },
        {
            content: "One is skipped because it has signed in",
            trigger: ".modal .o_data_row:contains(signed in already)",
        },
        {
            content: "One is skipped because it has no access",
            trigger: ".modal .o_data_row:contains(Grant it first)",
        },
        {
            content: "Close the dialog",
            trigger: ".modal .modal-footer button[special=cancel]:visible",
            run: "click",
        },
        {
            content: "Select them all again",
            trigger: "body:not(:has(.modal)) thead .o_list_record_selector input",
            run: "click",
        },
        {
            content: "Open the Action menu",
            trigger: ".o_cp_action_menus button:contains(Actions)",
            run: "click",
        },
        {
            content: "Revoke Access",
            trigger: ".o-dropdown--menu .o_menu_item:contains(Revoke Access)",
            run: "click",
        },
        {
            content: "It is asked about first",
            trigger: ".modal .alert-warning:contains(3 students lose)",
        },
        {
            content: "Revoke the access",
            trigger: ".modal button[name=action_confirm]:contains(Revoke Access)",
            run: "click",
        },
        {
            content: "The access is revoked",
            trigger: ".modal .alert-success:contains(Access revoked: 3)",
        },
        {
            content: "Close the dialog",
            trigger: ".modal .modal-footer button[special=cancel]:visible",
            run: "click",
        },
        {
            content: "The list shows it",
            trigger:
                "body:not(:has(.modal)) .o_list_view .o_data_row:eq(1) .o_field_badge:contains(Revoked)",
        },
        ...choose("Portal: Revoked"),
        {
            content: "Three are revoked",
            trigger: ".o_list_view:has(.o_data_row:eq(2)):not(:has(.o_data_row:eq(3)))",
        },
        ...choose("Portal Access"),
        {
            content: "They are in one group",
            trigger: ".o_list_view .o_group_header:contains(Revoked (3))",
        },
    ],
});

tours.add("student_portal_adoption", {
    steps: () => [
        {
            content: "The adoption is shown as a graph",
            trigger: ".o_graph_renderer canvas",
        },
        {
            content: "Show it as a pivot",
            trigger: "button.o_switch_view.o_pivot",
            run: "click",
        },
        {
            content: "Open the students of the course who have signed in",
            trigger:
                ".o_pivot tbody tr:contains(Tour of the Adoption):first .o_pivot_cell_value:first",
            run: "click",
        },
        {
            content: "They are listed",
            trigger: ".o_list_view .o_data_row .o_field_badge:contains(Active)",
        },
        {
            content: "Select them",
            trigger: "thead .o_list_record_selector input",
            run: "click",
        },
        {
            content: "Open the Action menu",
            trigger: ".o_cp_action_menus button:contains(Actions)",
            run: "click",
        },
        {
            content: "The actions are there",
            trigger: ".o-dropdown--menu .o_menu_item:contains(Reset Password)",
        },
    ],
});

tours.add("student_portal_settings", {
    steps: () => [
        {
            content: "Grant access",
            trigger: ".o_statusbar_buttons button[name=action_grant_portal_access]",
            run: "click",
        },
        {
            content: "The portal is switched off; open the settings",
            trigger: ".modal:contains(is switched off) button:contains(Open the Settings)",
            run: "click",
        },
        {
            content: "Switch the portal on",
            trigger: ".o_field_widget[name=student_portal_enabled] input",
            run: "click",
        },
        {
            content: "Set how many days invitations are valid",
            trigger: ".o_field_widget[name=student_portal_invitation_validity] input",
            run: "edit 2",
        },
        {
            content: "There is no mail server",
            trigger: ".app_settings_block .alert-warning:contains(no outgoing mail server)",
        },
        {
            content: "Save",
            trigger: ".o_form_button_save",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Open the portal groups",
            trigger: "body:not(:has(.modal)) .app_settings_block button:contains(Portal Groups)",
            run: "click",
        },
        {
            content: "Add a portal group",
            trigger: ".o_list_button_add",
            run: "click",
        },
        {
            content: "Name it",
            trigger: ".o_field_widget[name=name] input",
            run: "edit Group of the Tour",
        },
        {
            content: "Let it open the profile",
            trigger:
                ".o_field_widget[name=student_portal_section_ids] label:contains(Profile)",
            run: "click",
        },
        {
            content: "Save the portal group",
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            content: "It is saved",
            trigger: ".o_form_saved",
        },
    ],
});
