using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sbx.Secrets.Values;

/// <summary>Refuses to write a secret as JSON or read one from it, wherever a record that holds one is serialised.</summary>
internal sealed class SecretValueJsonConverter : JsonConverter<SecretValue>
{
    public override SecretValue Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        => throw new NotSupportedException("A secret is not read from JSON.");

    public override void Write(Utf8JsonWriter writer, SecretValue value, JsonSerializerOptions options)
        => throw new NotSupportedException("A secret is not written as JSON.");
}
