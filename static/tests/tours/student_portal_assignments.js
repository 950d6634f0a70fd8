import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("student_portal_submit_assignment", {
    steps: () => [
        {
            content: "Open the assignments",
            trigger: ".o_student_portal_navigation a[href='/my/student/assignments']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Open the assignment",
            trigger: "article h2 a:contains(Ten queries)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The page says what can be submitted",
            trigger: "#submission_limits:contains(Files at most: 5)",
        },
        {
            content: "Write a text",
            trigger: "#submission_text",
            run: "edit My ten queries",
        },
        {
            content: "Choose a file",
            trigger: "#submission_files",
            run() {
                const chosen = new DataTransfer();
                chosen.items.add(new File(["%PDF-1.7\n%%EOF\n"], "queries.pdf"));
                this.anchor.files = chosen.files;
            },
        },
        {
            content: "Submit",
            trigger: "form:has(#submission_files) button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It has been received",
            trigger: ".alert-success:contains(has been received)",
        },
        {
            content: "The file is there to be downloaded",
            trigger: "a[href*='/file/']:contains(queries.pdf)",
        },
        {
            content: "It can be replaced until it is due",
            trigger: "form button[type=submit]:contains(Replace the submission)",
        },
    ],
});

registry.category("web_tour.tours").add("student_portal_mark_assignment", {
    steps: () => [
        {
            content: "The faculty reads what the student has written",
            trigger: ".o_form_view .o_field_widget[name=description] textarea:value(My ten queries)",
        },
        {
            content: "And sees the file",
            trigger: ".o-mail-Message .o-mail-AttachmentCard:contains(queries.pdf)",
        },
        {
            content: "Give marks",
            trigger: ".o_field_widget[name=marks] input",
            run: "edit 18",
        },
        {
            content: "Leave a note",
            trigger: ".o_field_widget[name=note] textarea",
            run: "edit Well done",
        },
        {
            content: "Accept",
            trigger: ".o_statusbar_buttons button[name=act_accept]",
            run: "click",
        },
        {
            content: "It is accepted",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains(Accepted)",
        },
    ],
});
