using System.Text.Json;
using Sbx.Api.Errors;

namespace Sbx.Api.Contracts.Reading;

/// <summary>Reads the steps of a long answer, and errors, as <see cref="ApiJson"/> writes them.</summary>
internal static class OperationReading
{
    /// <summary>One step.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static OperationEvent Event(ReadOnlySpan<byte> json) => JsonWalk.Document(json, static (ref reader) =>
    {
        JsonWalk.Begin(ref reader);
        string? status = null, notice = null;
        double? fraction = null;
        SandboxInfo? sandbox = null;
        ErrorInfo? error = null;
        var done = false;
        while (JsonWalk.Field(ref reader) is { } field)
        {
            switch (field)
            {
                case "status": status = reader.GetString(); break;
                case "notice": notice = reader.GetString(); break;
                case "fraction": fraction = reader.TokenType == JsonTokenType.Null ? null : reader.GetDouble(); break;
                case "sandbox": sandbox = reader.TokenType == JsonTokenType.Null ? null : SandboxReading.Info(ref reader); break;
                case "done": done = reader.GetBoolean(); break;
                case "error": error = reader.TokenType == JsonTokenType.Null ? null : ErrorOf(ref reader); break;
                default: JsonWalk.Skip(ref reader); break;
            }
        }

        return new OperationEvent { Status = status, Notice = notice, Fraction = fraction, Sandbox = sandbox, Done = done, Error = error };
    });

    /// <summary>A document that is an error.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static ErrorInfo Error(ReadOnlySpan<byte> json) => JsonWalk.Document(json, ErrorOf);

    private static ErrorInfo ErrorOf(ref Utf8JsonReader reader)
    {
        JsonWalk.Begin(ref reader);
        string? code = null, message = null, hint = null;
        while (JsonWalk.Field(ref reader) is { } field)
        {
            switch (field)
            {
                case "code": code = reader.GetString(); break;
                case "message": message = reader.GetString(); break;
                case "hint": hint = reader.GetString(); break;
                default: JsonWalk.Skip(ref reader); break;
            }
        }

        return new ErrorInfo(CodeOf(code), JsonWalk.Required(message, "message"), hint);
    }

    private static ErrorCode CodeOf(string? text) => text switch
    {
        nameof(ErrorCode.Failed) => ErrorCode.Failed,
        nameof(ErrorCode.Usage) => ErrorCode.Usage,
        nameof(ErrorCode.NotFound) => ErrorCode.NotFound,
        nameof(ErrorCode.Conflict) => ErrorCode.Conflict,
        nameof(ErrorCode.Denied) => ErrorCode.Denied,
        nameof(ErrorCode.Daemon) => ErrorCode.Daemon,
        nameof(ErrorCode.HostPrerequisite) => ErrorCode.HostPrerequisite,
        nameof(ErrorCode.Exhausted) => ErrorCode.Exhausted,
        nameof(ErrorCode.Machine) => ErrorCode.Machine,
        nameof(ErrorCode.Timeout) => ErrorCode.Timeout,
        nameof(ErrorCode.Declined) => ErrorCode.Declined,
        nameof(ErrorCode.Image) => ErrorCode.Image,
        _ => throw new JsonException($"'{text}' is no kind of failure"),
    };
}
