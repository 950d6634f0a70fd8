import { registry } from "@web/core/registry";
import { GraphRenderer } from "@web/views/graph/graph_renderer";
import { graphView } from "@web/views/graph/graph_view";
import { PivotRenderer } from "@web/views/pivot/pivot_renderer";
import { pivotView } from "@web/views/pivot/pivot_view";

/**
 * Makes a bar or a cell lead to its students, and so to what can be done with their
 * access, not to the lines of the report.
 */
const leadsToStudents = (Renderer) =>
    class extends Renderer {
        async openView(domain, views, context, newWindow) {
            const action = await this.env.services.orm.call(
                this.model.metaData.resModel,
                "action_open_students",
                [domain]
            );
            return this.actionService.doAction(action, { newWindow });
        }
    };

registry.category("views").add("student_portal_graph", {
    ...graphView,
    Renderer: leadsToStudents(GraphRenderer),
});
registry.category("views").add("student_portal_pivot", {
    ...pivotView,
    Renderer: leadsToStudents(PivotRenderer),
});
