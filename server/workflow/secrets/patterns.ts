/**
 * How keys look that say themselves what they are. The list is our own: the libraries that have one (secretlint's rules,
 * gitleaks) read files of source code as a whole, and asynchronously; here a value is judged where it stands in a text of up to
 * 10 MB. Where a form comes from stands beside it: the vendor's own documentation, with the name of the rule in gitleaks where
 * it has one. A key may be longer than those of today; but no expression runs without an end, for on a
 * megabyte of one letter it would run out of stack.
 */
export interface Pattern {
  /** Letters and digits up to the first - _ or point: what is looked for. */
  readonly begins: string;
  /** All that follows. */
  readonly goesOn: string;
  /** A point may stand inside: none of its parts is one for itself. */
  readonly pointed?: boolean;
  /** It goes on to the second of these texts behind the first, or to the end of the value: an expression would need a stack as deep as a key is long. */
  readonly ends?: readonly [string, string];
  /** What the form alone does not tell. */
  readonly proves?: (found: string) => boolean;
}

const hasDigit = (found: string) => /\d/.test(found);

export const PATTERNS: readonly Pattern[] = [
  // OpenAI, Anthropic, DeepSeek, OpenRouter, LiteLLM (openai-api-key, anthropic-api-key); with a digit: `sk-learn-pipeline-final` is none
  { begins: 'sk', goesOn: String.raw`-[\w-]{16,4000}`, proves: hasDigit },
  // Stripe, Clerk: secret, restricted and publishable keys, webhook secrets (stripe-access-token)
  { begins: '[rsp]k', goesOn: '_(?:live|test)_[A-Za-z0-9]{10,4000}' },
  { begins: 'whsec', goesOn: '_[A-Za-z0-9+/=]{16,4000}' },
  // GitHub (github-pat, github-oauth, github-app-token, github-refresh-token, github-fine-grained-pat)
  { begins: 'gh[opsur]', goesOn: '_[A-Za-z0-9]{20,4000}' },
  { begins: 'github', goesOn: String.raw`_pat_\w{20,4000}` },
  // GitLab (gitlab-pat, gitlab-deploy-token, gitlab-rrt, gitlab-ptt, gitlab-cicd-job-token, gitlab-oauth-app-secret)
  { begins: 'gl(?:pat|dt|rt|ptt|cbt|soat|oas)', goesOn: String.raw`-[\w-]{16,4000}` },
  // Slack: tokens and the address of an incoming webhook (slack-bot-token, slack-user-token, slack-app-token, slack-webhook-url)
  { begins: 'xox[a-z]|xapp', goesOn: '-[A-Za-z0-9-]{10,4000}' },
  { begins: 'hooks', goesOn: String.raw`\.slack\.com/(?:services|workflows|triggers)/[\w/-]{10,4000}` },
  // Discord: the address of a webhook (documentation of "Execute Webhook")
  { begins: 'discord(?:app)?', goesOn: String.raw`\.com/api/webhooks/\d+/[\w-]{10,4000}` },
  // Google: OAuth client secrets, access tokens (documentation of OAuth 2.0)
  { begins: 'GOCSPX', goesOn: String.raw`-[\w-]{20,4000}` },
  { begins: 'ya29', goesOn: String.raw`\.[\w.-]{20,4000}`, pointed: true },
  // Hugging Face, Groq, Replicate, Pinecone; xAI, Perplexity, Tavily; LangSmith (huggingface-access-token, perplexity-api-key; the vendors' documentation)
  { begins: 'hf|gsk|r8|pcsk', goesOn: String.raw`_[\w-]{20,4000}` },
  { begins: 'xai|pplx|tvly', goesOn: String.raw`-[\w-]{20,4000}` },
  { begins: 'lsv2', goesOn: String.raw`_(?:pt|sk)_\w{20,4000}` },
  // npm, PyPI, Docker Hub (npm-access-token, pypi-upload-token; documentation of Docker)
  { begins: 'npm', goesOn: '_[A-Za-z0-9]{30,4000}' },
  { begins: 'pypi', goesOn: String.raw`-[\w-]{40,4000}` },
  { begins: 'dckr', goesOn: String.raw`_(?:pat|oat)_[\w-]{20,4000}` },
  // SendGrid (sendgrid-api-token), DigitalOcean (digitalocean-pat ...), Shopify (shopify-access-token ...)
  { begins: 'SG', goesOn: String.raw`\.[\w-]{16,4000}\.[\w-]{16,4000}`, pointed: true },
  { begins: 'do[opr]', goesOn: '_v1_[0-9a-f]{32,4000}' },
  { begins: 'shp(?:at|ca|pa|ss)', goesOn: '_[0-9A-Fa-f]{32}' },
  // Linear, Notion, Grafana, HashiCorp Vault, age (linear-api-key, notion-api-token, grafana-*, vault-*-token, age-secret-key)
  { begins: 'lin', goesOn: '_(?:api|oauth)_[A-Za-z0-9]{32,4000}' },
  { begins: 'ntn|secret', goesOn: '_[A-Za-z0-9]{40,4000}' },
  { begins: 'gl(?:sa|c)', goesOn: String.raw`_[\w=+/]{30,4000}` },
  { begins: 'hv[bs]', goesOn: String.raw`\.[\w-]{20,4000}`, pointed: true },
  { begins: 'AGE', goesOn: '-SECRET-KEY-1[A-Z0-9]{50,4000}' },
  // Telegram (telegram-bot-api-token): only in the address of its API, for it is a number and some letters
  { begins: 'api', goesOn: String.raw`\.telegram\.org/bot\d{6,4000}:[\w-]{30,4000}` },
];

/** Those without a separator near their beginning; `forms.ts` knows their rarest letter. */
export const OTHER_PATTERNS: readonly Pattern[] = [
  // AWS access key ids (aws-access-token)
  { begins: 'A(?:KIA|SIA|BIA|CCA)', goesOn: '[A-Z0-9]{16}(?![A-Za-z0-9])' },
  // Google API keys (gcp-api-key)
  { begins: 'AIza', goesOn: String.raw`[\w-]{30,4000}` },
  // JSON Web Token (jwt): RFC 7519; the first part says the algorithm
  { begins: 'eyJ', goesOn: String.raw`[\w-]{5,4000}\.[\w-]{2,8000}(?:\.[\w-]{0,4000}){1,3}`, pointed: true, proves: saysAlgorithm },
  // PEM (private-key): RFC 7468. To its last line, or to the end of the value
  { begins: '-----BEGIN ', goesOn: '(?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----', ends: ['-----END ', '-----'] },
];

function saysAlgorithm(token: string): boolean {
  const [head = ''] = token.split('.', 1);
  return Buffer.from(head, 'base64url').toString('latin1').includes('"alg"');
}
