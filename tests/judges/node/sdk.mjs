// Runs the Vercel AI SDK against the server named by the first argument, through each of its providers; prints what it found as
// one JSON object: a provider, and below it one key for each case. A case that throws is reported as {name, status, message}.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [url, packages] = process.argv.slice(2);
console.log = console.info = console.error; // standard output is for what is found; the SDK tells of its warnings there, too
const require = createRequire(pathToFileURL(`${packages}/package.json`));
const load = async (name) => import(pathToFileURL(require.resolve(name)).href);

const { embed, embedMany, generateImage, experimental_generateSpeech, experimental_transcribe, ...ai } = await load("ai");
const { generateObject, generateText, stepCountIs, streamObject, streamText, tool } = ai;
const { z } = await load("zod");
const { createOpenAI } = await load("@ai-sdk/openai");
const { createAnthropic } = await load("@ai-sdk/anthropic");
const { createGoogleGenerativeAI } = await load("@ai-sdk/google");
const { createOpenAICompatible } = await load("@ai-sdk/openai-compatible");
const { createAzure } = await load("@ai-sdk/azure");
const { createMistral } = await load("@ai-sdk/mistral");
const { createGroq } = await load("@ai-sdk/groq");
const { createXai } = await load("@ai-sdk/xai");
const { createCohere } = await load("@ai-sdk/cohere");
const { createDeepSeek } = await load("@ai-sdk/deepseek");
const { createAmazonBedrock } = await load("@ai-sdk/amazon-bedrock");

const apiKey = "any";
const openai = createOpenAI({ baseURL: `${url}/v1`, apiKey });
const google = createGoogleGenerativeAI({ baseURL: `${url}/v1beta`, apiKey });
const compatible = createOpenAICompatible({ name: "any", baseURL: `${url}/v1`, apiKey, supportsStructuredOutputs: true });
const azure = createAzure({ baseURL: `${url}/openai/v1`, apiKey });
const mistral = createMistral({ baseURL: `${url}/mistral/v1`, apiKey });
const cohere = createCohere({ baseURL: `${url}/cohere/v2`, apiKey });
const aws = { region: "us-east-1", accessKeyId: "AKIDANY", secretAccessKey: apiKey };
const models = {
  openai: openai("gpt-4o-mini"),
  chat: openai.chat("gpt-4o-mini"),
  anthropic: createAnthropic({ baseURL: `${url}/v1`, apiKey })("claude-sonnet-4-5"),
  google: google("gemini-2.5-flash"),
  compatible: compatible("gpt-4o-mini"),
  azure: azure("gpt-4o-mini"),
  mistral: mistral("mistral-large-latest"),
  groq: createGroq({ baseURL: `${url}/groq/openai/v1`, apiKey })("llama-3.3-70b-versatile"),
  xai: createXai({ baseURL: `${url}/xai/v1`, apiKey })("grok-4"),
  cohere: cohere("command-a-03-2025"),
  deepseek: createDeepSeek({ baseURL: `${url}/deepseek`, apiKey })("deepseek-chat"),
  bedrock: createAmazonBedrock({ baseURL: url, ...aws })("us.anthropic.claude-sonnet-4-5-20250929-v1:0"),
};
const embedders = {
  openai: openai.textEmbeddingModel("text-embedding-3-small"),
  google: google.textEmbeddingModel("gemini-embedding-001"),
  compatible: compatible.textEmbeddingModel("text-embedding-3-small"),
  azure: azure.textEmbeddingModel("text-embedding-3-small"),
  mistral: mistral.textEmbeddingModel("mistral-embed"),
  cohere: cohere.textEmbeddingModel("embed-v4.0"),
};

const schema = z.object({ name: z.string(), age: z.number().int(), role: z.enum(["admin", "user"]) });
const person = "Jane is 34 and an admin. Answer in json.";
const prompt = "What is the weather in Paris?";
const quiet = { maxRetries: 0 };

function looped() {
  const asked = [];
  const weather = tool({
    description: "Get the weather of a city",
    inputSchema: z.object({ city: z.string() }),
    execute: async ({ city }) => {
      asked.push(city);
      return `sunny in ${city}`;
    },
  });
  return { asked, wishes: { prompt, tools: { get_weather: weather }, stopWhen: stepCountIs(5), ...quiet } };
}

const cases = {
  generateText: async (model) => {
    const { text, finishReason, usage } = await generateText({ model, prompt: "hello", ...quiet });
    return { text, finishReason, usage };
  },
  streamText: async (model) => {
    const told = streamText({ model, prompt: "hello", ...quiet });
    const pieces = [];
    for await (const piece of told.textStream) pieces.push(piece);
    return { text: pieces.join(""), pieces: pieces.length, finishReason: await told.finishReason, usage: await told.usage };
  },
  generateObject: async (model) => (await generateObject({ model, schema, prompt: person, ...quiet })).object,
  streamObject: async (model) => {
    const told = streamObject({ model, schema, prompt: person, ...quiet });
    let parts = 0;
    for await (const _ of told.partialObjectStream) parts += 1;
    return { ...(await told.object), parts };
  },
  tools: async (model) => {
    const { asked, wishes } = looped();
    const { text, steps } = await generateText({ model, ...wishes });
    return { asked, text, steps: steps.length, reasons: steps.map((step) => step.finishReason) };
  },
  streamTools: async (model) => {
    const { asked, wishes } = looped();
    const told = streamText({ model, ...wishes });
    const kinds = new Set();
    for await (const part of told.fullStream) kinds.add(part.type);
    return { asked, text: await told.text, steps: (await told.steps).length, kinds: [...kinds] };
  },
  refused: async (model) => {
    await generateText({ model, prompt: "[429]", ...quiet });
    return null;
  },
  broken: async (model) => {
    const errors = [];
    const told = streamText({ model, prompt: "[500]", ...quiet, onError: ({ error }) => errors.push(error.statusCode) });
    await told.consumeStream();
    return errors;
  },
};

async function attempt(run) {
  try {
    return await run();
  } catch (error) {
    return { name: error.name, status: error.statusCode ?? null, message: String(error.message).slice(0, 300) };
  }
}

const found = {};
for (const [name, model] of Object.entries(models)) {
  found[name] = {};
  for (const [title, run] of Object.entries(cases)) found[name][title] = await attempt(() => run(model));
}
for (const [name, model] of Object.entries(embedders)) {
  found[name].embed = await attempt(async () => {
    const one = await embed({ model, value: "one", ...quiet });
    const many = await embedMany({ model, values: ["one", "two"], ...quiet });
    return { sizes: [one, ...many.embeddings.map((embedding) => ({ embedding }))].map((each) => each.embedding.length) };
  });
}
found.openai.image = await attempt(async () => {
  const { image } = await generateImage({ model: openai.image("gpt-image-1"), prompt: "a lamp", ...quiet });
  return { kind: image.mediaType };
});
found.openai.sound = await attempt(async () => {
  const { audio } = await experimental_generateSpeech({ model: openai.speech("tts-1"), text: "Good morning.", ...quiet });
  const heard = await experimental_transcribe({ model: openai.transcription("whisper-1"), audio: audio.uint8Array, ...quiet });
  return { kind: audio.mediaType, text: heard.text };
});
process.stdout.write(JSON.stringify(found));
