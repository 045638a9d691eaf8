using System.Text.Json.Nodes;
using Sbx.Agent.Configuration.Yaml;

namespace Sbx.Agent.Configuration.Reading;

/// <summary>Checks an entry of <c>rag</c>; its strategies take free keys beside the known ones.</summary>
internal static class RagReader
{
    public static JsonObject? Read(ReadContext context, YamlEntry entry)
    {
        if (MappingReader.Of(context, entry.Value, $"rag source '{entry.Key}'") is not { } map) return null;
        if (context.Version == 2) map.Text("description");
        if (map.Mapping("tool", "'tool'", since: 3) is { } tool)
        {
            tool.Text("name");
            tool.Text("description");
            tool.Text("instruction");
            tool.Done();
        }

        map.Texts("docs");
        map.Flag("respect_vcs", since: 3);
        if (map.Items("strategies") is { Count: > 0 } strategies) foreach (var strategy in strategies) Strategy(context, strategy);
        else context.Fail(map.At, $"rag source '{entry.Key}' needs 'strategies' with at least one entry");
        if (map.Mapping("results", "'results'") is { } results) Results(results);
        map.Done();
        return (JsonObject)YamlJson.Convert(entry.Value)!;
    }

    private static void Strategy(ReadContext context, YamlNode node)
    {
        if (MappingReader.Of(context, node, "a rag strategy") is not { } map) return;
        if (map.Entry("type") is null) context.Fail(map.At, "a rag strategy needs 'type'");
        map.Choice("type", ["bm25", "chunked-embeddings", "semantic-embeddings"]);
        map.Texts("docs");
        map.Text("database");
        map.Choice("similarity_metric", ["cosine_similarity"]);
        map.Integer("vector_dimensions", 1, int.MaxValue);
        map.Number("k1", 0, double.PositiveInfinity);
        map.Number("b", 0, 1);
        map.Number("threshold", 0, double.PositiveInfinity);
        map.Integer("limit", 1, int.MaxValue);
        if (map.Mapping("chunking", "'chunking'") is { } chunking)
        {
            chunking.Integer("size", 1, int.MaxValue);
            chunking.Integer("overlap", 0, int.MaxValue);
            chunking.Flag("respect_word_boundaries");
            chunking.Flag("code_aware", since: 3);
            chunking.Done();
        }
    }

    private static void Results(MappingReader map)
    {
        map.Integer("limit", 1, int.MaxValue);
        map.Flag("deduplicate");
        map.Flag("include_score");
        map.Flag("return_full_content");
        if (map.Mapping("fusion", "'fusion'") is { } fusion)
        {
            fusion.Choice("strategy", ["rrf", "reciprocal_rank_fusion", "weighted", "max"]);
            fusion.Integer("k", 1, int.MaxValue);
            foreach (var weight in fusion.Entries("weights"))
                if (weight.Value is not YamlScalar { AsNumber: not null }) map.Context.Fail(weight.Value.At, $"expected a number for the weight of '{weight.Key}'");
            fusion.Done();
        }

        if (map.Mapping("reranking", "'reranking'", since: 3) is { } reranking)
        {
            reranking.Text("model", required: true);
            reranking.Integer("top_k", 0, int.MaxValue);
            reranking.Number("threshold", 0, 1);
            reranking.Text("criteria");
            reranking.Done();
        }

        map.Done();
    }
}
