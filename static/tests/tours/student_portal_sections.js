import { registry } from "@web/core/registry";

/** Lays a color of CSS over an opaque one: red, green and blue, from 0 to 255. */
const over = (color, below) => {
    const [red, green, blue, alpha = 1] = color.match(/[\d.]+/g).map(Number);
    return [red, green, blue].map((value, i) => alpha * value + (1 - alpha) * below[i]);
};

const background = (element) =>
    element
        ? over(getComputedStyle(element).backgroundColor, background(element.parentElement))
        : [255, 255, 255];

/** How bright a color is (WCAG 2, relative luminance). */
const luminance = (color) => {
    const [red, green, blue] = color
        .map((value) => value / 255)
        .map((value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};

/** How much a text stands out from what is behind it, from 1 to 21. */
const contrast = (element) => {
    const behind = background(element);
    const text = over(getComputedStyle(element).color, behind);
    const [dark, light] = [luminance(text), luminance(behind)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
};

/** Says that a page is there, can be read, and has nothing beyond the screen. */
export const shows = (title) => ({
    content: `${title} is shown, can be read, and fits the screen`,
    trigger: `.o_student_portal h1:contains(${title})`,
    run() {
        const { scrollWidth } = document.documentElement;
        if (scrollWidth > window.innerWidth) {
            throw new Error(`${title} is ${scrollWidth} pixels wide`);
        }
        for (const text of document.querySelectorAll(
            ".o_student_portal :is(.badge, .text-success, .text-danger, .text-muted)"
        )) {
            const found = contrast(text);
            if (text.offsetParent && found < 4.5) {
                throw new Error(`"${text.innerText}" has a contrast of ${found.toFixed(2)}`);
            }
        }
    },
});

const goTo = (code) => ({
    content: `Go to ${code}`,
    trigger: `.o_student_portal_navigation a[href$="/my/student/${code}"] span:visible`,
    run: "click",
    expectUnloadPage: true,
});

/** Says that the entry of the open section is not beyond the edge of a phone. */
const showsEntry = (code) => ({
    content: `The entry of ${code} is within the screen`,
    trigger: `.o_student_portal_navigation a.active[href$="/my/student/${code}"]`,
    run() {
        const { left, right } = this.anchor.getBoundingClientRect();
        if (left < 0 || right > window.innerWidth) {
            throw new Error(`It reaches from ${left} to ${right}`);
        }
    },
});

const type = (name, text) => ({
    content: `Type the ${name}`,
    trigger: `.o_student_portal_profile_form [name=${name}]`,
    run: `edit ${text}`,
});

registry.category("web_tour.tours").add("student_portal_sections", {
    steps: () => [
        {
            content: "The entry of a section tells its figure when it is there",
            trigger: ".o_student_portal_entries [data-placeholder_count=student_attendance_count]:contains(75)",
        },
        {
            content: "Go to the portal of the student",
            trigger: ".o_student_portal_entries a[href='/my/student']",
            run: "click",
            expectUnloadPage: true,
        },
        shows("My studies"),
        {
            content: "The card of the grades leads to them",
            trigger: ".o_student_portal .card a[href='/my/student/grades']",
            run: "click",
            expectUnloadPage: true,
        },
        shows("Grades"),
        {
            content: "The chart is drawn, with its figures",
            trigger: ".o_student_portal_chart dd:contains(58.0%) .progress-bar:visible",
        },
        {
            content: "The marksheets are there",
            trigger: "article:contains(Summer Exams) ~ article:contains(Spring Exams)",
        },
        goTo("timetable"),
        shows("Timetable"),
        goTo("assignments"),
        shows("Assignments"),
        goTo("fees"),
        shows("Fees"),
        goTo("attendance"),
        shows("Attendance"),
        {
            content: "Go to a month",
            trigger: "#calendar",
            run() {
                window.location.search = "?month=2026-10";
            },
            expectUnloadPage: true,
        },
        {
            content: "Go to the month before",
            trigger:
                "#calendar:has(#attendance_month:contains(October 2026)) a:contains(Previous month)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It is that one",
            trigger: "#attendance_month:contains(September 2026)",
        },
        shows("Attendance"),
        goTo("profile"),
        shows("Profile"),
        showsEntry("profile"),
        {
            content: "Change the details",
            trigger: "a[href='/my/student/profile/edit']",
            run: "click",
            expectUnloadPage: true,
        },
        shows("Change my details"),
        {
            content: "Choose a country",
            trigger: "#country_id",
            run: "selectByLabel United States",
        },
        {
            content: "Its states are offered",
            trigger: "#state_id:has(option:contains(Texas))",
            run: "selectByLabel Texas",
        },
        type("phone", "call me"),
        type("emergency_name", "Anna Tester"),
        type("emergency_phone", "+32 2 555 02 02"),
        {
            content: "Save what is not right",
            trigger: "button:contains(Save)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It is said where",
            trigger: "#phone.is-invalid ~ .invalid-feedback",
        },
        type("phone", "+32 2 555 01 01"),
        {
            content: "Save what is right",
            trigger: "button:contains(Save)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It is said that it was saved",
            trigger: ".alert-success:contains(saved)",
        },
        shows("Profile"),
    ],
});
