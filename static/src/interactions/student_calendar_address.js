import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { Interaction } from "@web/public/interaction";

/** Copies the address of the student's calendar. */
export class StudentCalendarAddress extends Interaction {
    static selector = ".o_student_calendar_address";
    dynamicContent = {
        input: { "t-on-focus": this.select },
        button: { "t-on-click": this.copy },
    };

    setup() {
        this.input = this.el.querySelector("input");
    }

    select() {
        this.input.select();
    }

    async copy() {
        try {
            await this.waitFor(browser.navigator.clipboard.writeText(this.input.value));
        } catch {
            // Browsers allow it on secure pages alone: the student copies it by hand.
            this.input.focus();
            return;
        }
        this.services.notification.add(_t("The address is copied."), {
            type: "success",
        });
    }
}

registry
    .category("public.interactions")
    .add("openeducat_student_portal.student_calendar_address", StudentCalendarAddress);
