/* global Chart */
import { loadBundle } from "@web/core/assets";
import { registry } from "@web/core/registry";
import { Interaction } from "@web/public/interaction";

/**
 * Draws percentages as bars, with the Chart.js that Odoo ships. The page carries the
 * same figures as text, so the chart itself is hidden from screen readers.
 *
 * The element has in `data-chart`, as JSON, the `label` of the figures, and of each bar
 * its name in `labels`, its height in `data` and how to write that in `texts`. Where
 * there is no room for the names, the `months` stand below the bars.
 */
export class StudentPortalChart extends Interaction {
    static selector = ".o_student_portal_chart";

    async willStart() {
        await loadBundle("web.chartjs_lib");
    }

    start() {
        const figures = JSON.parse(this.el.dataset.chart);
        const { months, labels } = figures;
        // Few bars need not be far apart.
        this.el.style.maxWidth = `${4 + 7 * labels.length}rem`;
        const canvas = document.createElement("canvas");
        this.insert(canvas, this.el);
        const chart = new Chart(canvas, {
            type: "bar",
            data: {
                labels,
                datasets: [
                    {
                        data: figures.data,
                        backgroundColor: this.getStyle("--primary"),
                        maxBarThickness: 48,
                    },
                ],
            },
            options: this.getOptions(figures, this.hasRoomFor(labels) ? labels : months),
            plugins: [{ afterDatasetsDraw: (chart) => this.writeFigures(chart, figures) }],
        });
        this.registerCleanup(() => chart.destroy());
    }

    getStyle(name) {
        return getComputedStyle(this.el).getPropertyValue(name).trim();
    }

    /** Tell whether names can stand side by side, each below its bar. */
    hasRoomFor(labels) {
        const ctx = document.createElement("canvas").getContext("2d");
        ctx.font = `12px ${this.getStyle("font-family")}`;
        const widest = Math.max(...labels.map((name) => ctx.measureText(name).width));
        // Beside the bars, the axis takes some room too.
        return (widest + 8) * labels.length < this.el.clientWidth - 48;
    }

    getOptions({ label, texts }, names) {
        const { format } = new Intl.NumberFormat(document.documentElement.lang || undefined, {
            style: "percent",
            numberingSystem: "latn",
        });
        return {
            maintainAspectRatio: false,
            animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
            // Where the figure of the highest bar is written
            layout: { padding: { top: 20 } },
            plugins: {
                legend: { display: false },
                tooltip: {
                    callbacks: { label: ({ dataIndex }) => `${label}: ${texts[dataIndex]}` },
                },
            },
            scales: {
                x: {
                    grid: { display: false },
                    ticks: { callback: (value, index) => names[index] },
                },
                y: {
                    min: 0,
                    max: 100,
                    ticks: { stepSize: 25, callback: (value) => format(value / 100) },
                },
            },
        };
    }

    /** Write above each bar how high it is, where there is room: a finger does not hover. */
    writeFigures(chart, { texts }) {
        const { ctx, scales } = chart;
        const bars = chart.getDatasetMeta(0).data;
        ctx.save();
        ctx.font = `bold 12px ${this.getStyle("font-family")}`;
        const widest = Math.max(...texts.map((text) => ctx.measureText(text).width));
        if (widest + 4 < scales.x.width / bars.length) {
            ctx.fillStyle = this.getStyle("color");
            ctx.textAlign = "center";
            ctx.textBaseline = "bottom";
            bars.forEach((bar, index) => ctx.fillText(texts[index], bar.x, bar.y - 4));
        }
        ctx.restore();
    }
}

registry
    .category("public.interactions")
    .add("openeducat_student_portal.chart", StudentPortalChart);
