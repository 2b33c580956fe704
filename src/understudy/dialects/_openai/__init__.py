"""What the protocols of the OpenAI API share: model families, prices of prompts, words of errors, grammar of refusals."""
