import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("student_portal_pay_fee", {
    steps: () => [
        {
            content: "Open the fees",
            trigger: ".o_student_portal_navigation a[href='/my/student/fees']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The fee is to be paid",
            trigger: "article .badge:contains(To pay)",
        },
        {
            content: "Pay it, in the portal of Odoo",
            trigger: "article a:contains(Pay)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Choose the demo provider",
            trigger: "#pay_with.show input[name=o_payment_radio][data-provider-code=demo]",
            run: "click",
        },
        {
            content: "Type a number",
            trigger: "#pay_with input[name=customer_input]",
            run: "edit 4242424242424242",
        },
        {
            content: "Pay",
            trigger: "#pay_with button[name=o_payment_submit_button]:enabled",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The invoice is paid",
            trigger: "body:contains(Paid)",
        },
    ],
});

registry.category("web_tour.tours").add("student_portal_paid_fee", {
    steps: () => [
        {
            content: "The fee is paid",
            trigger: "article .badge:contains(Paid)",
        },
        {
            content: "There is a receipt",
            trigger: "article a[href*='/receipt']",
        },
    ],
});
