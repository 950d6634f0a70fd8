import { registry } from "@web/core/registry";

const PAGE = ".o_student_portal_start";

/** Says that a page is there, fits a phone, and is read in its language's direction. */
const shows = (content, trigger) => ({
    content,
    trigger: `${PAGE} ${trigger}`,
    run() {
        const { lang, scrollWidth } = document.documentElement;
        if (scrollWidth > window.innerWidth) {
            throw new Error(`The page is ${scrollWidth} pixels wide`);
        }
        const direction = getComputedStyle(document.querySelector(PAGE)).direction;
        if (direction !== (lang.startsWith("ar") ? "rtl" : "ltr")) {
            throw new Error(`${lang} is read ${direction}`);
        }
        for (const button of document.querySelectorAll(`${PAGE} .btn`)) {
            if (button.offsetHeight < 44) {
                throw new Error(`${button.innerText} is too small for a finger`);
            }
        }
    },
});

const type = (name, text) => ({
    content: `Type the ${name}`,
    trigger: `${PAGE} input[name=${name}]`,
    run: `edit ${text}`,
});

const send = {
    content: "Send the form",
    trigger: `${PAGE} button[type=submit]`,
    run: "click",
    expectUnloadPage: true,
};

const choosePassword = [
    shows("The form asks for the password", "input[name=confirm_password]"),
    type("password", "Correct-Horse-77"),
    type("confirm_password", "Correct-Horse-78"),
    send,
    shows("Two different passwords are refused", ".alert-danger"),
    type("password", "Correct-Horse-77"),
    type("confirm_password", "Correct-Horse-77"),
    send,
];

const opensThePortal = [
    ...choosePassword,
    {
        content: "The portal is open",
        trigger: ".o_student_portal_navigation a.active[href$='/my/student']",
    },
];

registry.category("web_tour.tours").add("student_portal_start_link", {
    steps: () => opensThePortal,
});

registry.category("web_tour.tours").add("guardian_portal_start_link", {
    steps: () => [
        ...choosePassword,
        {
            content: "There is a card for each of three children",
            trigger: ".o_student_portal:has(article:eq(2)):not(:has(article:eq(3)))",
        },
    ],
});

registry.category("web_tour.tours").add("student_portal_start_dead", {
    steps: () => [
        shows("The link is dead; there is a way to sign in", "a[href^='/web/login']"),
        {
            content: "Ask for a new link",
            trigger: `${PAGE} form[action='/my/start/link'] button`,
            run: "click",
            expectUnloadPage: true,
        },
        shows("A mail is on its way", ".alert-info[role=status]"),
    ],
});

registry.category("web_tour.tours").add("student_portal_start_code", {
    steps: () => [
        shows("The page asks for the code", "input[name=code]"),
        type("code", "acde fhjk mnpr"),
        send,
        shows("A wrong code is refused", ".alert-danger"),
        {
            content: "Type the code of the letter",
            trigger: `${PAGE} input[name=code]`,
            run() {
                // The test has put it into a cookie.
                this.anchor.value = document.cookie.match(/student_code=([\w-]+)/)[1];
            },
        },
        send,
        ...opensThePortal,
    ],
});
