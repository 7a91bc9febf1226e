/**
 * What the node types of Kailash (SDK 2.65, Kaizen 2.46) do outside of the workflow. The order counts: the first line
 * that fits decides. A type that no line fits may do anything.
 */
export type EffectKind = 'llm' | 'http' | 'sql_read' | 'sql_write' | 'mail' | 'file_read' | 'file_write' | 'code' | 'unknown';

/** `sql`: read or write, its query tells. `none`: it only turns one value into another. */
export type NodeKind = Exclude<EffectKind, 'sql_read' | 'sql_write'> | 'sql' | 'none';

const KINDS: readonly (readonly [type: RegExp, kind: NodeKind])[] = [
  // Pure: routing, waiting, splitting, sorting, building headers and prompts, made-up sample data.
  [/^(Async)?(Merge|Switch)(Node)?$|^IntelligentMergeNode$|^(Loop|SignalWait|ConvergenceChecker|MultiCriteriaConvergence|ConvergenceDetector)Node$/, 'none'],
  [/^(FilterNode|Filter|Map|Sort|ChunkTextExtractorNode|ContextFormatterNode|ContextualCompressorNode|QueryTextWrapperNode|RelevanceScorerNode)$/, 'none'],
  [/^(TextSplitter|HierarchicalChunker|SemanticChunker|StatisticalChunker)Node$/, 'none'],
  [/^(APIKey|BasicAuth|DocumentSource|QuerySource|EventGenerator|CommandParser|KaizenPromptTemplate|HybridFusion)Node$/, 'none'],

  // DataTransformer's transformations are Python too.
  [/Python|CodeNode$|^DataTransformer$|^InteractiveShellNode$/, 'code'],
  [/SQL|^(Bulk(Create|Update|Delete)|OptimisticLocking|QueryRouter|VectorDatabase)Node$|Database|^WorkflowConnectionPool$/, 'sql'],
  [/E?Mail|SMTP/i, 'mail'],
  [/SharePoint|HTTP|REST|GraphQL|Webhook|RateLimitedAPI|^API|^OAuth2Node$|^WebSocketNode$|^DiscordAlertNode$|^Slack/, 'http'],
  [/LLM|Agent|^Kaizen\w*Node$|Embedding|Embedder|RAG|^HyDENode$|^ChatAgent$|VisualQuestion|ImageText|^(Text(Classifier|Summarizer)|SentimentAnalyzer|NamedEntityRecognizer|ModelPredictor)$/, 'llm'],
  [/Writer(Node)?$/, 'file_write'],
  [/Reader(Node)?$|^(FileDiscovery|DocumentProcessor)Node$/, 'file_read'],
];

export function kindOf(nodeType: string): NodeKind {
  return KINDS.find(([type]) => type.test(nodeType))?.[1] ?? 'unknown';
}
