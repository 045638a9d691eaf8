using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Sbx.Api.Errors;
using Sbx.Tool.Hosting;

namespace Sbx.Tool.Output;

/// <summary>How a command prints data.</summary>
internal enum OutputFormat
{
    /// <summary>For people.</summary>
    Table,

    /// <summary>One JSON document.</summary>
    Json,

    /// <summary>The same document as YAML.</summary>
    Yaml,

    /// <summary>Text to paste into an issue (doctor only).</summary>
    GitHubIssue,
}

/// <summary>Writes documents to standard output.</summary>
internal static class JsonOutput
{
    /// <summary>Writes <paramref name="document"/> as indented JSON with a line end.</summary>
    public static void Write<T>(CliContext context, T document, JsonTypeInfo<T> type) =>
        context.Write(JsonSerializer.Serialize(document, type) + "\n");

    /// <summary>Writes <paramref name="document"/> as JSON or YAML.</summary>
    public static void Write<T>(CliContext context, T document, JsonTypeInfo<T> type, OutputFormat format)
    {
        if (format == OutputFormat.Yaml)
            context.Write(YamlText.Of(JsonSerializer.SerializeToElement(document, type)));
        else
            Write(context, document, type);
    }

    /// <summary>The format that <c>--json</c> and <c>--format</c> ask for.</summary>
    /// <exception cref="SbxException">No such format.</exception>
    public static OutputFormat FormatOf(bool json, string? format, bool issues = false) => (json, format) switch
    {
        (true, null or "json") => OutputFormat.Json,
        (true, _) => throw new SbxException(ErrorCode.Usage, "--json and --format contradict each other", "give one of them"),
        (false, null or "table") => OutputFormat.Table,
        (false, "json") => OutputFormat.Json,
        (false, "yaml") => OutputFormat.Yaml,
        (false, "github-issue") when issues => OutputFormat.GitHubIssue,
        _ => throw new SbxException(
            ErrorCode.Usage, $"unknown format '{format}'", issues ? "formats: table, json, yaml, github-issue" : "formats: table, json, yaml"),
    };
}
