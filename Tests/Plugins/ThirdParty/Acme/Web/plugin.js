import { definePlugin } from "@tollkeeper/ui";
export default definePlugin({ id: "acme", uiApi: 1 });
