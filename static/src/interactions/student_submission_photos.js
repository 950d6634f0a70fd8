import { registry } from "@web/core/registry";
import { Interaction } from "@web/public/interaction";

const LARGE = 2 * 1024 * 1024;
// Odoo keeps no more of an image that is attached.
const SIDE = 1920;

/** Returns a smaller copy of a large photo; of anything else, the file itself. */
async function smaller(file) {
    if (file.size <= LARGE || !["image/jpeg", "image/png"].includes(file.type)) {
        return file;
    }
    try {
        const image = await createImageBitmap(file);
        const scale = Math.min(1, SIDE / Math.max(image.width, image.height));
        const canvas = document.createElement("canvas");
        canvas.width = Math.round(image.width * scale);
        canvas.height = Math.round(image.height * scale);
        canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
        image.close();
        const content = await new Promise((resolve) =>
            canvas.toBlob(resolve, file.type, 0.85)
        );
        return content?.size < file.size
            ? new File([content], file.name, { type: file.type })
            : file;
    } catch {
        // The server says what is wrong with a damaged one.
        return file;
    }
}

/** Scales down the large photos that a student chooses for a submission. */
export class StudentSubmissionPhotos extends Interaction {
    static selector = "#submission_files";
    dynamicContent = { _root: { "t-on-change": this.scaleDown } };

    async scaleDown() {
        const button = this.el.form.querySelector("button[type=submit]");
        this.el.disabled = button.disabled = true;
        const files = await this.waitFor(Promise.all([...this.el.files].map(smaller)));
        const chosen = new DataTransfer();
        files.forEach((file) => chosen.items.add(file));
        this.el.files = chosen.files;
        this.el.disabled = button.disabled = false;
    }
}

registry
    .category("public.interactions")
    .add("openeducat_student_portal.submission_photos", StudentSubmissionPhotos);
