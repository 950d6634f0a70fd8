import { registry } from "@web/core/registry";
import { KanbanController } from "@web/views/kanban/kanban_controller";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { ListController } from "@web/views/list/list_controller";
import { listView } from "@web/views/list/list_view";

const lineProps = {
    onListReady: { type: Function, optional: true },
    onLineSaved: { type: Function, optional: true },
};

/** The list within `PortalAccessLines`, which it tells of the lines that are saved. */
export class PortalAccessLineListController extends ListController {
    static props = { ...ListController.props, ...lineProps };

    setup() {
        super.setup();
        this.props.onListReady?.(this.model);
    }

    async onRecordSaved(record) {
        await super.onRecordSaved(record);
        await this.props.onLineSaved?.(record);
    }
}

export const portalAccessLineListView = {
    ...listView,
    Controller: PortalAccessLineListController,
};

registry.category("views").add("portal_access_line_list", portalAccessLineListView);

/** The same as cards, on a phone: they are read, and nothing is saved. */
export class PortalAccessLineKanbanController extends KanbanController {
    static props = { ...KanbanController.props, ...lineProps };

    setup() {
        super.setup();
        this.props.onListReady?.(this.model);
    }
}

registry.category("views").add("portal_access_line_kanban", {
    ...kanbanView,
    Controller: PortalAccessLineKanbanController,
});
