using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Sbx.Protocol.Messages;

/// <summary>Length-prefixed JSON messages: a little-endian 32-bit length of at most 1 MiB, then UTF-8 JSON.</summary>
public static class JsonFraming
{
    /// <summary>Largest message, in bytes.</summary>
    public const int MaxMessage = 1024 * 1024;

    /// <summary>Writes one message as a single write.</summary>
    public static async ValueTask WriteAsync<T>(Stream stream, T message, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var json = JsonSerializer.SerializeToUtf8Bytes(message, type);
        var framed = new byte[4 + json.Length];
        BinaryPrimitives.WriteInt32LittleEndian(framed, json.Length);
        json.CopyTo(framed.AsSpan(4));
        await stream.WriteAsync(framed, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads one message.</summary>
    /// <exception cref="InvalidDataException">The length or the JSON is not valid.</exception>
    /// <exception cref="EndOfStreamException">The stream ended first.</exception>
    public static async ValueTask<T> ReadAsync<T>(Stream stream, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var prefix = new byte[4];
        await stream.ReadExactlyAsync(prefix, cancellationToken).ConfigureAwait(false);
        var length = BinaryPrimitives.ReadInt32LittleEndian(prefix);
        if (length is < 2 or > MaxMessage)
            throw new InvalidDataException($"a message of {length} bytes is outside 2 to {MaxMessage}");
        var json = new byte[length];
        await stream.ReadExactlyAsync(json, cancellationToken).ConfigureAwait(false);
        try
        {
            return JsonSerializer.Deserialize(json, type) ?? throw new InvalidDataException("a message is null");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"a message is not the expected JSON: {e.Message}", e);
        }
    }
}

/// <summary>Source-generated JSON of all protocol messages.</summary>
// Strict: a member that is missing or null where it must not be makes the message invalid.
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Reply))]
[JsonSerializable(typeof(PersonalizeRequest))]
[JsonSerializable(typeof(ExecRequest))]
[JsonSerializable(typeof(ExecExit))]
[JsonSerializable(typeof(ExecSignal))]
[JsonSerializable(typeof(ExecResize))]
[JsonSerializable(typeof(ExecStarted))]
[JsonSerializable(typeof(GuestError))]
[JsonSerializable(typeof(ArchiveRequest))]
[JsonSerializable(typeof(DialRequest))]
[JsonSerializable(typeof(ShutdownRequest))]
[JsonSerializable(typeof(EgressOpen))]
[JsonSerializable(typeof(GuestUsage))]
public sealed partial class ProtocolJson : JsonSerializerContext;
