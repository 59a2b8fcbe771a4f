"use strict";

// Shows the description of one vendor, and sends its calls with the credential that is chosen on top.
(async function () {
  const SLICE = 50;
  const id = document.currentScript.dataset.id;
  const choice = document.getElementById("credential");
  let credentials = [];
  let isControl = false;

  async function ask(path) {
    const answer = await fetch(path);
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return answer;
  }

  async function read(path) {
    return (await ask(path)).json();
  }

  async function readSlices(path) {
    // One after the other, so that the server answers others in between.
    const found = {};
    let total = 1;
    for (let offset = 0; offset < total; offset += SLICE) {
      const answer = await ask(`${path}?limit=${SLICE}&offset=${offset}`);
      total = Number(answer.headers.get("X-Total-Count"));
      Object.assign(found, await answer.json());
    }
    return found;
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
    for (const [name, value] of Object.entries(chosen ? chosen.headers : {}).flatMap(sendable)) {
      if (!given.includes(name.toLowerCase())) request.headers[name] = value;
    }
    // A vendor is sent what is chosen and nothing else; a refusal does not make the browser ask for a password.
    if (!isControl) request.credentials = "omit";
    return request;
  }

  function sendable([name, value]) {
    // Scripts send no cookies; a key that belongs into one is read from a header of its name as well.
    if (name.toLowerCase() !== "cookie") return [[name, value]];
    return value.split("; ").map((pair) => [pair.split("=", 1)[0], pair.slice(pair.indexOf("=") + 1)]);
  }

  // --- What is filled in

  function follow(spec, part) {
    for (let steps = 0; part && typeof part.$ref === "string" && part.$ref.startsWith("#/") && steps < 10; steps++) {
      part = part.$ref.slice(2).split("/")
        .map((name) => decodeURIComponent(name).replaceAll("~1", "/").replaceAll("~0", "~"))
        .reduce((found, name) => found && found[name], spec);
    }
    return part || {};
  }

  const METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
  const NOTHING = { parameters: {}, body: null };

  function fillIn(spec, examples) {
    for (const item of Object.values(spec.paths || {})) {
      const shared = (item.parameters || []).map((parameter) => follow(spec, parameter));
      delete item.parameters;  // the library would show them beside those of the operation
      for (const [method, operation] of Object.entries(item)) {
        if (!METHODS.includes(method)) continue;
        item[method] = filledIn(spec, shared, operation, examples[operation.operationId] || NOTHING);
      }
    }
  }

  function filledIn(spec, shared, operation, { parameters, body }) {
    const own = (operation.parameters || []).map((parameter) => follow(spec, parameter));
    const all = [...own, ...shared.filter((each) => !own.some((one) => one.name === each.name && one.in === each.in))];
    const filled = { ...operation, parameters: all.map((parameter) => withExample(spec, parameter, parameters)) };
    const request = follow(spec, operation.requestBody);
    if (body === null || !request.content) return filled;
    const content = Object.entries(request.content).map(([type, media]) => [type, withBody(type, media, body)]);
    return { ...filled, requestBody: { ...request, content: Object.fromEntries(content) } };
  }

  function withExample(spec, parameter, values) {
    const value = values[`${parameter.in}.${parameter.name}`];
    const { example, examples, ...bare } = parameter;
    if (value !== undefined) return { ...bare, example: value };
    if (parameter.required) return parameter;
    // What need not be sent is not: an example of it would narrow the answer to what is not there.
    const { example: _, default: __, ...schema } = follow(spec, parameter.schema);
    return { ...bare, schema };
  }

  function withBody(type, media, body) {
    return /json/.test(type) && media.example === undefined && !media.examples ? { ...media, example: body } : media;
  }

  try {
    const [spec, all, examples] = await Promise.all([
      read(`../specs/${encodeURIComponent(id)}.json`),
      read("../credentials"),
      readSlices(`${encodeURIComponent(id)}/examples`),
    ]);
    isControl = !(id in all);
    credentials = all[id] || [];
    if (credentials.length) offer();
    fillIn(spec, examples);
    // This page's library knows 3.0 only; what 3.1 adds to it, it passes over.
    if (spec.openapi.startsWith("3.1")) spec.openapi = "3.0.3";
    window.ui = SwaggerUIBundle({
      spec,
      dom_id: "#page",
      deepLinking: true,
      tryItOutEnabled: true,
      docExpansion: "list",
      defaultModelsExpandDepth: 0,
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
