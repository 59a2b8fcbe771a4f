"use strict";

// Shows the description of one vendor, and sends its calls with the credential that is chosen on top.
(async function () {
  const id = document.currentScript.dataset.id;
  const choice = document.getElementById("credential");
  let credentials = [];

  async function read(path) {
    const answer = await fetch(path);
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return answer.json();
  }

  function offer() {
    const names = [...credentials.map((credential) => credential.name), "nobody"];
    names.forEach((name, index) => choice.add(new Option(name, index)));
    choice.onchange = () => {
      const chosen = credentials[choice.value];
      document.getElementById("rights").textContent = chosen ? chosen.description : "Without a credential.";
    };
    choice.onchange();
    document.getElementById("sender").hidden = false;
  }

  function present(request) {
    if (request.loadSpec) return request;
    const chosen = credentials[choice.value];
    const given = Object.keys(request.headers).map((name) => name.toLowerCase());
    for (const [name, value] of Object.entries(chosen ? chosen.headers : {})) {
      if (!given.includes(name.toLowerCase())) request.headers[name] = value;
    }
    return request;
  }

  try {
    const spec = await read(`../specs/${encodeURIComponent(id)}.json`);
    credentials = (await read("../credentials"))[id] || [];
    if (credentials.length) offer();
    // This page's library knows 3.0 only; what 3.1 adds to it, it passes over.
    if (spec.openapi.startsWith("3.1")) spec.openapi = "3.0.3";
    window.ui = SwaggerUIBundle({
      spec,
      dom_id: "#page",
      deepLinking: true,
      tryItOutEnabled: true,
      validatorUrl: null,
      presets: [SwaggerUIBundle.presets.apis],
      requestInterceptor: present,
    });
  } catch (error) {
    const place = document.getElementById("page");
    place.id = "failure";
    place.textContent = `The page cannot be shown: ${error.message}`;
  }
})();
