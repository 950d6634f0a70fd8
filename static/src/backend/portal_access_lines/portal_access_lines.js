import { Component, onWillStart, useChildSubEnv, useEffect, useState } from "@odoo/owl";

import { Domain } from "@web/core/domain";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useBus, useService } from "@web/core/utils/hooks";
import { formatInteger } from "@web/views/fields/formatters";
import { View, getDefaultConfig } from "@web/views/view";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { CallbackRecorder } from "@web/search/action_hook";

/**
 * The lines of a form's record, thousands of them: a list of its own in the form, read
 * from the server page by page, which is searched, filtered and sorted there. Above it
 * stand the states of the lines, with their number, to choose from.
 *
 * A line that is edited is saved when it is left.
 */
export class PortalAccessLines extends Component {
    static template = "openeducat_student_portal.PortalAccessLines";
    static components = { View };
    static props = {
        ...standardWidgetProps,
        // The model of the lines, and its field that is the form's record.
        resModel: String,
        parentField: String,
        // The field that holds the state of a line.
        stateField: String,
        // The states of the lines that need no attention.
        settledStates: Array,
        // Which lines the list of those that need attention shows.
        attentionDomain: String,
        listView: String,
        // The cards that a phone shows, where lines are not edited.
        kanbanView: { type: String, optional: true },
    };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ chosen: null, counts: {}, attention: {} });
        this.labels = [];
        this.lines = null;
        // Nothing of the list is the surrounding form's: neither pager nor title.
        useChildSubEnv({ config: getDefaultConfig() });
        this.beforeLeave = new CallbackRecorder();
        useBus(this.props.record.model.bus, "NEED_LOCAL_CHANGES", ({ detail }) =>
            detail.proms.push(...this.beforeLeave.callbacks.map((callback) => callback()))
        );
        onWillStart(async () => {
            const field = this.props.stateField;
            const [fields] = await Promise.all([
                this.orm.call(this.props.resModel, "fields_get", [[field], ["selection"]]),
                this.loadCounts(),
            ]);
            this.labels = fields[field].selection;
            this.state.chosen = this.attentionCount ? "attention" : "all";
        });
        useEffect(
            (key) => {
                if (this.lastKey !== undefined && this.lastKey !== key) {
                    this.reload();
                }
                this.lastKey = key;
            },
            () => [this.recordKey]
        );
    }

    /** What the form's record tells of its lines: they are read again when it changes. */
    get recordKey() {
        const { pending_count, state, total_count } = this.props.record.data;
        return JSON.stringify([this.props.record.resId, pending_count, state, total_count]);
    }

    get parentDomain() {
        return [[this.props.parentField, "=", this.props.record.resId]];
    }

    get totalCount() {
        return Object.values(this.state.counts).reduce((sum, count) => sum + count, 0);
    }

    get attentionDomain() {
        return new Domain(this.props.attentionDomain).toList({});
    }

    /** What was corrected is still in the list of those that need attention. */
    get attentionCount() {
        const settled = this.props.settledStates;
        return Object.entries(this.state.attention)
            .filter(([state]) => !settled.includes(state))
            .reduce((sum, [, count]) => sum + count, 0);
    }

    /** The buttons above the list: everything, what needs attention, each state. */
    get choices() {
        const choices = [
            { name: "all", label: _t("All"), count: this.totalCount },
            { name: "attention", label: _t("Need Attention"), count: this.attentionCount },
            ...this.labels.map(([name, label]) => ({
                name,
                label,
                count: this.state.counts[name] || 0,
            })),
        ];
        return choices
            .filter(({ name, count }) => count || name === "all" || name === this.state.chosen)
            .map((choice) => ({ ...choice, number: formatInteger(choice.count) }));
    }

    get chosenDomain() {
        switch (this.state.chosen) {
            case "all":
                return [];
            case "attention":
                return this.attentionDomain;
            default:
                return [[this.props.stateField, "=", this.state.chosen]];
        }
    }

    get viewProps() {
        const type = this.env.isSmall && this.props.kanbanView ? "kanban" : "list";
        return {
            type,
            views: [
                [false, type],
                [false, "search"],
            ],
            resModel: this.props.resModel,
            domain: [...this.parentDomain, ...this.chosenDomain],
            context: {
                list_view_ref: this.props.listView,
                kanban_view_ref: this.props.kanbanView,
                // Lists have no parent to ask.
                student_portal_grant_to: this.props.record.data.grant_to,
            },
            display: { searchPanel: false },
            noBreadcrumbs: true,
            loadIrFilters: false,
            searchViewId: false,
            searchMenuTypes: ["filter"],
            showButtons: false,
            allowSelectors: false,
            __beforeLeave__: this.beforeLeave,
            onListReady: (lines) => (this.lines = lines),
            onLineSaved: (line) => this.onLineSaved(line),
        };
    }

    async loadCounts() {
        const [counts, attention] = await Promise.all([
            this.countStates([]),
            this.countStates(this.attentionDomain),
        ]);
        Object.assign(this.state, { counts, attention });
    }

    /** Return how many lines of a domain there are in each state. */
    async countStates(domain) {
        const { resModel, stateField } = this.props;
        const groups = await this.orm.formattedReadGroup(
            resModel,
            [...this.parentDomain, ...domain],
            [stateField],
            ["__count"]
        );
        return Object.fromEntries(groups.map((group) => [group[stateField], group.__count]));
    }

    async reload() {
        await Promise.all([this.loadCounts(), this.lines?.load()]);
    }

    /** Tell again of the lines on the page that shared, or now share, an address. */
    async onLineSaved(saved) {
        const { stateField } = this.props;
        const others = this.lines.root.records.filter(
            (line) =>
                line.id !== saved.id &&
                !line.isInEdition &&
                (line.data[stateField] === "duplicate" ||
                    (line.data.login || "").trim().toLowerCase() ===
                        (saved.data.login || "").trim().toLowerCase())
        );
        await Promise.all([this.loadCounts(), ...others.map((line) => line.load())]);
    }
}

export const portalAccessLines = {
    component: PortalAccessLines,
    extractProps: ({ attrs }) => ({
        resModel: attrs.model,
        parentField: attrs.parent,
        stateField: attrs.state,
        settledStates: attrs.settled.split(","),
        attentionDomain: attrs.attention,
        listView: attrs.list_view,
        kanbanView: attrs.kanban_view,
    }),
};

registry.category("view_widgets").add("portal_access_lines", portalAccessLines);
