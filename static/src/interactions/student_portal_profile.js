import { rpc } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { Interaction } from "@web/public/interaction";

/** Offers the states of the country that is chosen in the form of the profile. */
export class StudentPortalProfile extends Interaction {
    static selector = ".o_student_portal_profile_form";
    dynamicContent = {
        "select[name=country_id]": { "t-on-change": this.onChangeCountry },
    };

    async onChangeCountry(ev) {
        const { states } = ev.target.value
            ? await this.waitFor(
                  rpc(`/my/address/country_info/${Number(ev.target.value)}`, {
                      address_type: "billing",
                  })
              )
            : { states: [] };
        const select = this.el.querySelector("select[name=state_id]");
        const options = states.map(([id, name]) => new Option(name, id));
        select.replaceChildren(select.options[0], ...options);
        select.value = "";
        this.el
            .querySelector(".o_student_portal_states")
            .classList.toggle("d-none", !states.length);
    }
}

registry
    .category("public.interactions")
    .add("openeducat_student_portal.profile", StudentPortalProfile);
