import { registry } from "@web/core/registry";
import { ListController } from "@web/views/list/list_controller";
import { listView } from "@web/views/list/list_view";

/** The list within `PortalAccessLines`, which it tells of the lines that are saved. */
export class PortalAccessLineListController extends ListController {
    static props = {
        ...ListController.props,
        onListReady: { type: Function, optional: true },
        onLineSaved: { type: Function, optional: true },
    };

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
