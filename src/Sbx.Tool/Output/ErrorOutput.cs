using Sbx.Api.Errors;
using Sbx.Tool.Hosting;

namespace Sbx.Tool.Output;

/// <summary>Tells a failure: two lines for people on standard error, and a document on standard output under <c>--json</c>.</summary>
internal static class ErrorOutput
{
    /// <summary>Writes the failure.</summary>
    /// <param name="context">Where to.</param>
    /// <param name="error">The failure.</param>
    /// <param name="exitCode">What the process is about to exit with.</param>
    /// <param name="json">Whether a document is wanted.</param>
    /// <param name="details">Technical cause to show, or null.</param>
    public static void Write(CliContext context, SbxException error, int exitCode, bool json, Exception? details)
    {
        if (details is not null)
            context.WriteError(details + "\n");
        context.WriteError($"ERROR: {Printable.Line(error.Message)}\n");
        if (error.Hint is { Length: > 0 } hint)
            context.WriteError($"  {Printable.Line(hint)}\n");
        if (json)
            JsonOutput.Write(context, new ErrorDocument(new ErrorBody(NameOf(error.Code), error.Message, error.Hint, exitCode)), ToolJson.Default.ErrorDocument);
    }

    private static string NameOf(ErrorCode code) => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(code.ToString());
}
