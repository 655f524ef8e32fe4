// Starts Swagger UI from the settings in the page: no inline script, as the policy demands.
"use strict";

const settings = JSON.parse(document.getElementById("swagger-settings").textContent);
SwaggerUIBundle({
  ...settings,
  dom_id: "#swagger-ui",
  presets: [SwaggerUIBundle.presets.apis],
});
