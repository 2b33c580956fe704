// Asks the official Node clients under every fault named on the standard input (a JSON list of {fault, patience}), streamed and
// whole, and prints what each makes of the answer: one JSON object of "client way fault": {text, finish, usage, stopped},
// {string}, {error, attempts}, or {waits} where it was given up after `patience` many milliseconds and a while.
import { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [url, packages] = process.argv.slice(2);
const require = createRequire(pathToFileURL(`${packages}/package.json`));
const load = async (name) => (await import(pathToFileURL(require.resolve(name)).href.replace(/\.js$/, ".mjs"))).default;
const OpenAI = await load("openai");
const Anthropic = await load("@anthropic-ai/sdk");

await fetch("data:,"); // there is an agent from the first request on
const Agent = globalThis[Symbol.for("undici.globalDispatcher.1")].constructor;
const messages = [{ role: "user", content: "hello" }];
const WAITS = Symbol("waits");

// A client that counts its attempts, waits for nothing between them, and takes a new connection for each: what `close-next` did to
// one, or a timeout, must not meet another.
function counted(Client, options) {
  const attempts = { count: 0 };
  const patient = async (address, init) => {
    attempts.count += 1;
    const answer = await fetch(address, { ...init, dispatcher: new Agent() });
    if (answer.status < 400) return answer;
    const headers = new Headers(answer.headers);
    for (const name of ["retry-after", "retry-after-ms"]) headers.delete(name);
    return new Response(answer.body, { status: answer.status, headers });
  };
  const client = new Client({ ...options, fetch: patient });
  client.calculateDefaultRetryTimeoutMillis = () => 0;
  return { client, attempts };
}

async function openai(client, stream, options) {
  const wishes = stream ? { stream, stream_options: { include_usage: true } } : {};
  const answer = await client.chat.completions.create({ model: "gpt-4o-mini", messages, ...wishes }, options);
  if (typeof answer === "string") return { string: true };
  let [text, finish, usage] = ["", null, false];
  for await (const chunk of stream ? answer : [answer]) {
    for (const choice of chunk.choices ?? []) {
      text += (choice.delta ?? choice.message).content ?? "";
      finish = choice.finish_reason ?? finish;
    }
    usage = usage || Boolean(chunk.usage);
  }
  return { text, finish, usage, stopped: true };
}

async function anthropic(client, stream, options) {
  const asked = { model: "claude-sonnet-5", max_tokens: 100, messages, stream };
  const answer = await client.messages.create(asked, options);
  if (typeof answer === "string") return { string: true };
  if (!stream) {
    const text = answer.content.map((block) => block.text).join("");
    return { text, finish: answer.stop_reason, usage: Boolean(answer.usage), stopped: true };
  }
  let [text, finish, usage, stopped] = ["", null, false, false];
  for await (const event of answer) {
    if (event.type === "content_block_delta") text += event.delta.text;
    if (event.type === "message_delta") {
      finish = event.delta.stop_reason ?? null;
      usage = Boolean(event.usage);
    }
    stopped = stopped || event.type === "message_stop";
  }
  return { text, finish, usage, stopped };
}

const clients = {
  openai: [OpenAI, openai, { baseURL: `${url}/v1`, apiKey: "sk-any" }],
  anthropic: [Anthropic, anthropic, { baseURL: url, apiKey: "sk-ant-any" }],
};

async function asked(name, stream, fault, patience) {
  const [Client, read, options] = clients[name];
  const { client, attempts } = counted(Client, options);
  const ended = new AbortController();
  let timer;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, 6 * patience + 500, WAITS)));
  const request = { headers: { "X-Understudy-Fault": fault }, timeout: patience, signal: ended.signal };
  try {
    const found = await Promise.race([read(client, stream, request), late]);
    return found === WAITS ? { waits: true } : found;
  } catch (error) {
    return { error: error.constructor.name, attempts: attempts.count };
  } finally {
    clearTimeout(timer);
    ended.abort();
  }
}

process.on("unhandledRejection", () => {}); // what was given up on ends in an error that nobody waits for
const found = {};
const waiting = [];
for (const { fault, patience } of JSON.parse(readFileSync(0, "utf8"))) {
  for (const name of Object.keys(clients)) {
    for (const stream of [true, false]) {
      const key = `${name} ${stream ? "stream" : "whole"} ${fault}`;
      const result = asked(name, stream, fault, patience).then((value) => (found[key] = value));
      if (patience < 1000) waiting.push(result);
      else await result;
    }
  }
}
await Promise.all(waiting);
const short = (key, value) => (typeof value === "string" ? value.replace(/x{1000,}/, (run) => `<${run.length}>`) : value);
writeFileSync(1, JSON.stringify(found, short));
process.exit(0);
