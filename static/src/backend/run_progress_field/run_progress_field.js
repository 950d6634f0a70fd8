import { useEffect } from "@odoo/owl";

import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { ProgressBarField, progressBarField } from "@web/views/fields/progress_bar/progress_bar_field";

const INTERVAL = 2000;

/**
 * A progress bar that moves by itself: while the run is running, its form is read again
 * every other second. Whichever server does the work, the database knows how far it is.
 */
export class RunProgressField extends ProgressBarField {
    setup() {
        super.setup();
        useEffect(
            (running) => {
                if (!running) {
                    return;
                }
                const timer = browser.setInterval(() => this.reload(), INTERVAL);
                return () => browser.clearInterval(timer);
            },
            () => [this.props.record.data.state === "running"]
        );
    }

    async reload() {
        // Nobody looks at a hidden tab, and a slow server is not asked twice at once.
        if (document.hidden || this.reloading) {
            return;
        }
        this.reloading = true;
        try {
            await this.props.record.load();
        } finally {
            this.reloading = false;
        }
    }
}

export const runProgressField = {
    ...progressBarField,
    component: RunProgressField,
    fieldDependencies: [{ name: "state", type: "selection" }],
};

registry.category("fields").add("portal_run_progress", runProgressField);
