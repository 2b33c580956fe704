// Runs the official Node client against the server named by the first argument; prints what it found as one JSON object.
// One key for each case; a case that throws is reported as {class, status, code, type, param, message}.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [baseURL, packages] = process.argv.slice(2);
const require = createRequire(pathToFileURL(`${packages}/package.json`));
const { default: OpenAI } = await import(pathToFileURL(require.resolve("openai")).href.replace(/\.js$/, ".mjs"));

const client = new OpenAI({ baseURL, apiKey: "sk-any", maxRetries: 0 });
const model = "gpt-4o-mini";
const messages = [{ role: "user", content: "hello" }];
const question = { role: "user", content: "What is the weather in Paris?" };
const tools = [
  {
    type: "function",
    function: {
      name: "get_weather",
      parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
    },
  },
];

const chat = (more = {}, options = {}) => client.chat.completions.create({ model, messages, ...more }, options);

async function collect(stream) {
  let text = "";
  let events = 0;
  let usage = null;
  let finish = null;
  for await (const chunk of stream) {
    events += 1;
    text += chunk.choices[0]?.delta.content ?? "";
    finish = chunk.choices[0]?.finish_reason ?? finish;
    usage = chunk.usage ?? usage;
  }
  return { text, events, usage, finish };
}

const cases = {
  chat: async () => {
    const answer = await chat();
    const { content, role, refusal } = answer.choices[0].message;
    return { content, role, refusal, object: answer.object, finish: answer.choices[0].finish_reason, usage: answer.usage };
  },
  stream: async () => collect(await chat({ stream: true, stream_options: { include_usage: true } })),
  runner: async () => {
    const runner = client.chat.completions.stream({ model, messages });
    return { content: await runner.finalContent(), finish: (await runner.finalChatCompletion()).choices[0].finish_reason };
  },
  tools: async () => {
    const first = await chat({ messages: [question], tools });
    const call = first.choices[0].message.tool_calls[0];
    const result = { role: "tool", tool_call_id: call.id, content: "sunny" };
    const second = await chat({ messages: [question, first.choices[0].message, result], tools });
    return {
      name: call.function.name,
      arguments: JSON.parse(call.function.arguments),
      content: second.choices[0].message.content,
    };
  },
  run_tools: async () => {
    const asked = [];
    const run = (given) => {
      asked.push(given);
      return "sunny";
    };
    const runnable = [{ type: "function", function: { ...tools[0].function, function: run, parse: JSON.parse } }];
    const runner = client.chat.completions.runTools({ model, messages: [question], tools: runnable });
    return { content: await runner.finalContent(), asked };
  },
  embeddings: async () => {
    const packed = await client.embeddings.create({ model: "text-embedding-3-small", input: ["one", "two"] });
    const plain = await client.embeddings.create({
      model: "text-embedding-3-small",
      input: ["one", "two"],
      encoding_format: "float",
      dimensions: 8,
    });
    const norm = Math.hypot(...packed.data[0].embedding);
    return { sizes: packed.data.map((d) => d.embedding.length), plain: plain.data.map((d) => d.embedding.length), norm };
  },
  completion: async () => {
    const answer = await client.completions.create({ model: "gpt-3.5-turbo-instruct", prompt: "Say", max_tokens: 100 });
    return { text: answer.choices[0].text, object: answer.object };
  },
  models: async () => {
    const names = [];
    for await (const listed of client.models.list()) names.push(listed.id);
    return { names, one: (await client.models.retrieve(model)).id };
  },
  request_id: async () => {
    const { data, response, request_id } = await chat().withResponse();
    return { request_id, same: data._request_id, decision: response.headers.get("x-understudy-decision") };
  },
  malformed: async () => collect(await chat({ stream: true }, { query: { fail_chunk: 3 } })),
  retries: async () => {
    const patient = new OpenAI({ baseURL, apiKey: "sk-any" });
    const answer = await patient.chat.completions.create({ model, messages: [{ role: "user", content: "flaky" }] });
    return { content: answer.choices[0].message.content };
  },
  many: async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => chat()));
    return { different: new Set(answers.map((answer) => answer.choices[0].message.content)).size, many: answers.length };
  },
};
for (const status of [400, 401, 403, 404, 409, 418, 422, 429, 500, 503, 529]) {
  cases[`status ${status}`] = () => chat({}, { query: { fail: status } });
}

const found = {};
for (const [name, run] of Object.entries(cases)) {
  try {
    found[name] = await run();
  } catch (error) {
    const { status, code, type, param, message } = error;
    found[name] = { class: error.constructor.name, status, code, type, param, message };
  }
}
console.log(JSON.stringify(found));
