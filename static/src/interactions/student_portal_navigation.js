import { registry } from "@web/core/registry";
import { Interaction } from "@web/public/interaction";

/** Shows the section that is open, where a phone has no room for all of them. */
export class StudentPortalNavigation extends Interaction {
    static selector = ".o_student_portal_navigation";

    start() {
        const list = this.el.querySelector("ul");
        const current = list.querySelector(".active").getBoundingClientRect();
        const shown = list.getBoundingClientRect();
        list.scrollBy(current.left + current.width / 2 - shown.left - shown.width / 2, 0);
    }
}

registry
    .category("public.interactions")
    .add("openeducat_student_portal.navigation", StudentPortalNavigation);
