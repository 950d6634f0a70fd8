import { registry } from "@web/core/registry";
import { Interaction } from "@web/public/interaction";

/** Tells the school that the link was opened: programs that look at all links of a mail
 * fetch the page, and run nothing of it. */
export class StudentPortalStart extends Interaction {
    static selector = ".o_student_portal_start_form";

    start() {
        fetch("/my/start/opened", { method: "POST", body: new FormData(this.el) });
    }
}

registry.category("public.interactions").add("openeducat_student_portal.start", StudentPortalStart);
