import { registry } from "@web/core/registry";
import { user } from "@web/core/user";

const KEY = "openeducat_student_portal.submission";
const KEEPER = "portal.test.keeper";

function checkNothingIsKept() {
    const kept = Object.keys(localStorage).filter((key) => key.startsWith(KEY));
    if (kept.length) {
        throw new Error(`The browser still has ${kept}`);
    }
}

registry.category("web_tour.tours").add("student_portal_keep_submission", {
    steps: () => [
        {
            content: "Write a text",
            trigger: "#submission_text",
            run: "edit My long answer",
        },
        {
            content: "The session expires",
            trigger: "#submission_text",
            run: () => fetch("/web/session/logout"),
        },
        {
            content: "Submit",
            trigger: "form:has(#submission_text) button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Sign in",
            trigger: ".oe_login_form input[name=login]",
            run: `edit ${KEEPER}`,
        },
        {
            trigger: ".oe_login_form input[name=password]",
            run: `edit ${KEEPER}`,
        },
        {
            trigger: ".oe_login_form button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The text is there, and the page says that it was not submitted",
            trigger: ".o_student_submission_kept:contains(was not submitted)",
        },
        {
            trigger: "#submission_text:value(My long answer)",
            run: "edit My longer answer",
        },
        {
            content: "Sign in again, as in another tab",
            trigger: "#submission_text",
            async run() {
                await fetch("/web/session/logout");
                const page = await (await fetch("/web/login")).text();
                const { body } = new DOMParser().parseFromString(page, "text/html");
                const form = new FormData(body.querySelector(".oe_login_form"));
                form.set("login", KEEPER);
                form.set("password", KEEPER);
                await fetch("/web/login", { method: "POST", body: form });
            },
        },
        {
            content: "Submit",
            trigger: "form:has(#submission_text) button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The page says why it was not submitted",
            trigger: ".alert-danger:contains(signed in again)",
        },
        {
            content: "The text is there",
            trigger: "#submission_text:value(My longer answer)",
        },
        {
            content: "Submit again",
            trigger: "form:has(#submission_text) button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It has been received: the browser needs not keep it",
            trigger: ".alert-success:contains(has been received)",
            run: checkNothingIsKept,
        },
        {
            trigger: "body:not(:has(.o_student_submission_kept:not(.d-none)))",
        },
    ],
});

registry.category("web_tour.tours").add("student_portal_kept_submission", {
    steps: () => [
        {
            content: "Another student has left a text in this browser, and this one too",
            trigger: ".o_student_submission",
            run() {
                const { assignmentId } = this.anchor.dataset;
                localStorage.setItem(`${KEY}.${user.userId}.${assignmentId}`, "Too late");
                localStorage.setItem(`${KEY}.${user.userId}0.${assignmentId}`, "Secret");
                location.reload();
            },
            expectUnloadPage: true,
        },
        {
            content: "It can be copied, though no longer submitted",
            trigger: "#submission_kept:value(Too late)",
            run() {
                const others = Object.keys(localStorage).filter(
                    (key) => key.startsWith(KEY) && !key.includes(`.${user.userId}.`)
                );
                if (others.length) {
                    throw new Error(`The browser still has ${others}`);
                }
            },
        },
        {
            trigger: ".o_student_portal_copy button:contains(Copy)",
        },
        {
            content: "Discard it",
            trigger: ".o_student_submission_discard",
            run: "click",
        },
        {
            trigger: ".o_student_submission:not(:has(.o_student_submission_kept:not(.d-none)))",
            run: checkNothingIsKept,
        },
        {
            content: "Sign out, with a text that was never submitted",
            trigger: "body:has(a[href*='/web/session/logout'])",
            run() {
                localStorage.setItem(`${KEY}.${user.userId}.1`, "My own");
                const link = this.anchor.querySelector("a[href*='/web/session/logout']");
                link.addEventListener("click", (ev) => ev.preventDefault());
                link.click();
                checkNothingIsKept();
            },
        },
    ],
});

registry.category("web_tour.tours").add("student_portal_large_photo", {
    steps: () => [
        {
            content: "Choose a large photo",
            trigger: "#submission_files",
            async run() {
                const canvas = document.createElement("canvas");
                [canvas.width, canvas.height] = [2400, 1200];
                const context = canvas.getContext("2d");
                const noise = context.createImageData(canvas.width, canvas.height);
                for (let i = 0; i < noise.data.length; i++) {
                    noise.data[i] = i % 4 === 3 ? 255 : Math.random() * 256;
                }
                context.putImageData(noise, 0, 0);
                const photo = await new Promise((resolve) =>
                    canvas.toBlob(resolve, "image/jpeg", 1)
                );
                if (photo.size < 3 * 1024 * 1024) {
                    throw new Error(`The photo has ${photo.size} bytes only`);
                }
                const chosen = new DataTransfer();
                for (const [content, name, type] of [
                    [photo, "photo.jpg", "image/jpeg"],
                    ["%PDF-1.7\n%%EOF\n", "queries.pdf", "application/pdf"],
                ]) {
                    chosen.items.add(new File([content], name, { type }));
                }
                this.anchor.files = chosen.files;
                this.anchor.dispatchEvent(new Event("change", { bubbles: true }));
            },
        },
        {
            content: "It is made smaller",
            trigger: "#submission_files:enabled",
            async run() {
                const [photo, other] = this.anchor.files;
                const { width, height } = await createImageBitmap(photo);
                if (width !== 1920 || height !== 960 || photo.name !== "photo.jpg") {
                    throw new Error(`${photo.name} has ${width} × ${height} pixels`);
                }
                if (other.name !== "queries.pdf" || other.size !== 15) {
                    throw new Error(`${other.name} has ${other.size} bytes`);
                }
            },
        },
        {
            content: "Submit",
            trigger: "form:has(#submission_files) button[type=submit]:enabled",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: "a[href*='/file/']:contains(photo.jpg)",
        },
    ],
});
