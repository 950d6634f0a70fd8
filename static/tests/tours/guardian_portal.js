import { registry } from "@web/core/registry";

import { shows } from "./student_portal_sections";

const opens = (content, trigger) => ({
    content,
    trigger,
    run: "click",
    expectUnloadPage: true,
});

registry.category("web_tour.tours").add("guardian_portal_children", {
    steps: () => [
        shows("My children"),
        {
            content: "There is a card for each child",
            trigger: ".row:has(article:contains(Ada)):has(article:contains(Bea)):has(article:contains(Cleo))",
        },
        opens("Open the first child", "article:contains(Ada) a.card-header"),
        shows("Overview"),
        {
            content: "The name of the child is in sight",
            trigger: ".o_student_portal_child strong:contains(Ada)",
        },
        opens("Go to its profile", ".o_student_portal_navigation a[href$='/profile']"),
        shows("Profile"),
        {
            content: "Switch to another child",
            trigger: ".o_student_portal_child .dropdown-toggle",
            run: "click",
        },
        opens("Choose it", ".o_student_portal_child .dropdown-item:contains(Bea)"),
        shows("Profile"),
        {
            content: "It is the same page of the other child",
            trigger: ".o_student_portal_child strong:contains(Bea)",
        },
        {
            content: "Go back to all",
            trigger: ".o_student_portal_child .dropdown-toggle",
            run: "click",
        },
        opens("All children", ".o_student_portal_child .dropdown-item:contains(All)"),
        shows("My children"),
        opens("Look at the own profile", "a[href='/my/children/profile']"),
        shows("My profile"),
    ],
});

registry.category("web_tour.tours").add("guardian_portal_pay", {
    steps: () => [
        shows("My children"),
        {
            content: "The card says what is to be paid",
            trigger: "article:contains(Bea):contains(to pay)",
        },
        opens("Open the fees of all", "a[href='/my/children/fees']"),
        shows("Fees"),
        opens("Pay for one child", "section:has(h2:contains(Bea)) article a:contains(Pay)"),
        {
            content: "It is said whose the invoice is",
            trigger: ".o_portal_submenu:contains(Bea)",
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
        opens("Pay", "#pay_with button[name=o_payment_submit_button]:enabled"),
        {
            content: "The invoice is paid",
            trigger: "body:contains(Paid)",
        },
    ],
});

registry.category("web_tour.tours").add("guardian_portal_barred", {
    steps: () => [
        shows("My children"),
        {
            content: "The other children are there",
            trigger: "article:contains(Bea)",
        },
        {
            content: "The child is not",
            trigger: ".o_student_portal:not(:contains(Ada))",
        },
    ],
});
