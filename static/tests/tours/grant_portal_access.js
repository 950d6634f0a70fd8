import { registry } from "@web/core/registry";

const grantAccess = {
    content: "Grant access",
    trigger: ".modal button[name=action_grant_access]",
    run: "click",
};

const resultIsShown = {
    content: "The result stays in the dialog",
    trigger: ".modal button[name=action_open_users]:visible",
};

const closeDialog = {
    content: "Close the dialog",
    trigger: ".modal .modal-footer button[special=cancel]:visible",
    run: "click",
};

registry.category("web_tour.tours").add("student_portal_grant_one", {
    steps: () => [
        {
            content: "Open the Action menu of the student",
            trigger: ".o_form_view .o_cp_action_menus i.fa-cog",
            run: "click",
        },
        {
            content: "Grant Portal Access",
            trigger: ".o-dropdown--menu .o_menu_item:contains(Grant Portal Access)",
            run: "click",
        },
        {
            content: "The dialog says that there is no address",
            trigger: ".modal .alert-warning:visible:contains(There is no email)",
        },
        {
            content: "Type the student's address",
            trigger: ".modal .o_field_widget[name=login] input",
            run: "edit Typed.Address@Example.com && click .modal-title",
        },
        {
            content: "The dialog says that all is ready",
            trigger: ".modal .alert-success:visible:contains(Ready)",
        },
        grantAccess,
        resultIsShown,
        closeDialog,
        {
            content: "The form is the student's again",
            trigger: "body:not(:has(.modal)) .o_form_view",
        },
    ],
});

/** Searches the three students of a tour, and opens the dialog for them. */
const openDialogForThree = [
    {
        content: "Show the students as a list",
        trigger: "button.o_switch_view.o_list",
        run: "click",
    },
    {
        content: "The list is there, with its own search bar",
        trigger: ".o_list_view .o_data_row",
    },
    {
        content: "Search the students of this tour by their number",
        trigger: "body:has(.o_list_view .o_data_row) .o_searchview_input",
        run: "edit TOUR-GRANT",
    },
    {
        content: "Search by the first field that is offered",
        trigger: ".o_searchview_autocomplete .o-dropdown-item:first",
        run: "click",
    },
    {
        content: "Three students are found",
        trigger: ".o_list_view:has(.o_data_row:eq(2)):not(:has(.o_data_row:eq(3)))",
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
        content: "Grant Portal Access",
        trigger: ".o-dropdown--menu .o_menu_item:contains(Grant Portal Access)",
        run: "click",
    },
];

registry.category("web_tour.tours").add("student_portal_grant_many", {
    steps: () => [
        ...openDialogForThree,
        {
            content: "One of three needs attention, and comes first",
            trigger: ".modal .o_data_row:first:contains(No Email)",
        },
        {
            content: "Edit its address",
            trigger: ".modal .o_data_row:first td[name=login]",
            run: "click",
        },
        {
            content: "Type the address",
            trigger: ".modal .o_data_row:first td[name=login] input",
            run: "edit tour.typed@example.com && click .modal-title",
        },
        {
            content: "All are ready",
            trigger: ".modal .alert-info:contains(Ready: 3)",
        },
        grantAccess,
        {
            content: "The result stays in the dialog; open the users",
            trigger: ".modal button[name=action_open_users]:visible",
            run: "click",
        },
        {
            content: "The three users are listed",
            trigger: ".o_list_view .o_data_row:contains(tour.typed@example.com)",
        },
    ],
});

registry.category("web_tour.tours").add("student_portal_grant_guardians", {
    steps: () => [
        ...openDialogForThree,
        {
            content: "The students are offered first",
            trigger: ".modal .alert-info:contains(Ready: 3)",
        },
        {
            content: "Give access to their guardians",
            trigger: ".modal [name=grant_to] button:contains(Guardians)",
            run: "click",
        },
        {
            content: "There is one line for the mother of three, and one for the father",
            trigger:
                ".modal .o_list_renderer:has(.o_data_row:eq(1)):not(:has(.o_data_row:eq(2)))",
        },
        {
            content: "The father has no address",
            trigger: ".modal .o_data_row:first:contains(No Email) td[name=login]",
            run: "click",
        },
        {
            content: "Type it",
            trigger: ".modal .o_data_row:first td[name=login] input",
            run: "edit tour.father@example.com && click .modal-title",
        },
        {
            content: "Both are ready",
            trigger: ".modal .alert-info:contains(Ready: 2)",
        },
        grantAccess,
        resultIsShown,
        closeDialog,
        {
            content: "The list is there again",
            trigger: "body:not(:has(.modal)) .o_list_view",
        },
    ],
});

registry.category("web_tour.tours").add("student_portal_grant_by_letter", {
    steps: () => [
        ...openDialogForThree,
        {
            content: "All are ready",
            trigger: ".modal .alert-info:contains(Ready: 3)",
        },
        {
            content: "The first one gets a login by the pattern, by letter",
            trigger:
                ".modal .o_data_row:first:contains(Ready, by letter) td[name=login]:contains(tour)",
        },
        grantAccess,
        {
            content: "The result offers to print",
            trigger: ".modal button[name=action_print_missing_letters]:visible",
        },
        closeDialog,
        {
            content: "The list is there again",
            trigger: "body:not(:has(.modal)) .o_list_view",
        },
    ],
});
