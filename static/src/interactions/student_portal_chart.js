/* global Chart */
import { loadBundle } from "@web/core/assets";
import { registry } from "@web/core/registry";
import { Interaction } from "@web/public/interaction";

/**
 * Draws the chart of a section with the Chart.js that Odoo ships. The page carries the
 * same figures as text, so the chart itself is hidden from screen readers.
 *
 * The element has the figures as JSON in `data-chart`:
 *     {type, labels, unit, max, datasets: [{label, data, tone}]}
 * where `tone` is one of Bootstrap's theme colors.
 */
export class StudentPortalChart extends Interaction {
    static selector = ".o_student_portal_chart";

    async willStart() {
        await loadBundle("web.chartjs_lib");
    }

    start() {
        const figures = JSON.parse(this.el.dataset.chart);
        const canvas = document.createElement("canvas");
        this.insert(canvas, this.el);
        const chart = new Chart(canvas, {
            type: figures.type || "bar",
            data: {
                labels: figures.labels,
                datasets: figures.datasets.map((dataset) => this.styleDataset(dataset)),
            },
            options: this.getOptions(figures),
        });
        this.registerCleanup(() => chart.destroy());
    }

    styleDataset({ label, data, tone }) {
        const color = this.getColor(tone || "primary");
        return {
            label,
            data,
            borderColor: color,
            backgroundColor: color,
            maxBarThickness: 48,
            tension: 0.2,
        };
    }

    getColor(tone) {
        return getComputedStyle(document.documentElement)
            .getPropertyValue(`--${tone}`)
            .trim();
    }

    getOptions({ unit, max, datasets, stacked }) {
        const format = new Intl.NumberFormat(document.documentElement.lang || undefined, {
            maximumFractionDigits: 1,
        });
        const show = (value) => (unit ? `${format.format(value)} ${unit}` : format.format(value));
        return {
            maintainAspectRatio: false,
            animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
            plugins: {
                legend: { display: datasets.length > 1, position: "bottom" },
                tooltip: {
                    callbacks: {
                        label: ({ dataset, raw }) => `${dataset.label}: ${show(raw)}`,
                    },
                },
            },
            scales: {
                x: { stacked, grid: { display: false } },
                y: { stacked, min: 0, max, ticks: { callback: show } },
            },
        };
    }
}

registry
    .category("public.interactions")
    .add("openeducat_student_portal.chart", StudentPortalChart);
