using System.Text.Json;
using Sbx.Api.Contracts.Reading;
using Sbx.Protocol.Messages;

namespace Sbx.Api.Client;

/// <summary>Reads the payloads of the frames that end an exec.</summary>
public static class ExecReading
{
    /// <summary>Payload of an <see cref="ExecFrameType.Exit"/>.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static ExecExit Exit(ReadOnlySpan<byte> json) => JsonWalk.Document(json, static (ref reader) =>
    {
        JsonWalk.Begin(ref reader);
        int? code = null, signal = null;
        while (JsonWalk.Field(ref reader) is { } field)
        {
            switch (field)
            {
                case "code": code = reader.GetInt32(); break;
                case "signal": signal = reader.TokenType == JsonTokenType.Null ? null : reader.GetInt32(); break;
                default: JsonWalk.Skip(ref reader); break;
            }
        }

        return new ExecExit(code ?? throw new JsonException("the field code is missing"), signal);
    });

    /// <summary>Payload of an <see cref="ExecFrameType.Error"/>.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static GuestError Error(ReadOnlySpan<byte> json) => JsonWalk.Document(json, static (ref reader) =>
    {
        JsonWalk.Begin(ref reader);
        string? code = null, message = null;
        while (JsonWalk.Field(ref reader) is { } field)
        {
            switch (field)
            {
                case "code": code = reader.GetString(); break;
                case "message": message = reader.GetString(); break;
                default: JsonWalk.Skip(ref reader); break;
            }
        }

        return new GuestError(JsonWalk.Required(code, "code"), JsonWalk.Required(message, "message"));
    });
}
