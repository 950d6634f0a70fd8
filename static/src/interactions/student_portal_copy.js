import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { Interaction } from "@web/public/interaction";

/** Copies what a field has, such as the address of the student's calendar. */
export class StudentPortalCopy extends Interaction {
    static selector = ".o_student_portal_copy";
    dynamicContent = {
        "input, textarea": { "t-on-focus": this.select },
        button: { "t-on-click": this.copy },
    };

    setup() {
        this.field = this.el.querySelector("input, textarea");
    }

    select() {
        this.field.select();
    }

    async copy() {
        try {
            await this.waitFor(browser.navigator.clipboard.writeText(this.field.value));
        } catch {
            // Browsers allow it on secure pages alone: the student copies it by hand.
            this.field.focus();
            return;
        }
        this.services.notification.add(_t("Copied."), { type: "success" });
    }
}

registry
    .category("public.interactions")
    .add("openeducat_student_portal.copy", StudentPortalCopy);
