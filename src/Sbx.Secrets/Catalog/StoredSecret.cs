using System.Globalization;
using System.Text;
using Sbx.Secrets.Values;

namespace Sbx.Secrets.Catalog;

/// <summary>Kinds of stored entries.</summary>
public enum StoredSecretKind
{
    /// <summary>The value itself.</summary>
    Value,

    /// <summary>A command whose output is the value.</summary>
    Command,

    /// <summary>A reference that a tool resolves: <c>op://…</c> by <c>op</c>, <c>arn:aws:secretsmanager:…</c> by <c>aws</c>.</summary>
    Reference,
}

/// <summary>
/// What a store keeps for a service, as one line: <c>sbx1:value::VALUE</c>, <c>sbx1:command:SECONDS:TEXT</c>, <c>sbx1:ref:SECONDS:TEXT</c>. Owns
/// its value; dispose it.
/// </summary>
internal sealed class StoredSecret : IDisposable
{
    public StoredSecret(StoredSecretKind kind, SecretValue payload, TimeSpan refresh)
    {
        Kind = kind;
        Payload = payload;
        Refresh = refresh;
    }

    public StoredSecretKind Kind { get; }

    /// <summary>The value, or the text of the command or reference.</summary>
    public SecretValue Payload { get; }

    /// <summary>How long a fetched value is used; zero fetches it for every use.</summary>
    public TimeSpan Refresh { get; }

    public SecretValue Encode()
    {
        var header = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"sbx1:{Word(Kind)}:{(Kind == StoredSecretKind.Value ? "" : (long)Refresh.TotalSeconds)}:"));
        var line = GC.AllocateUninitializedArray<byte>(header.Length + Payload.Length, pinned: true);
        try
        {
            header.CopyTo(line, 0);
            Payload.Bytes.CopyTo(line.AsSpan(header.Length));
            return SecretValue.FromBytes(line);
        }
        finally
        {
            System.Security.Cryptography.CryptographicOperations.ZeroMemory(line);
        }
    }

    /// <summary>Reads an entry; null when it is not one of ours.</summary>
    public static StoredSecret? Decode(SecretValue entry)
    {
        var rest = entry.Bytes;
        if (!rest.StartsWith("sbx1:"u8))
            return null;
        rest = rest[5..];
        var colon = rest.IndexOf((byte)':');
        if (colon < 0)
            return null;
        StoredSecretKind? kind = Encoding.ASCII.GetString(rest[..colon]) switch
        {
            "value" => StoredSecretKind.Value,
            "command" => StoredSecretKind.Command,
            "ref" => StoredSecretKind.Reference,
            _ => null,
        };
        rest = rest[(colon + 1)..];
        colon = rest.IndexOf((byte)':');
        if (kind is null || colon < 0 || colon + 1 == rest.Length)
            return null;
        var seconds = 0L;
        if (colon > 0 && !long.TryParse(rest[..colon], NumberStyles.None, CultureInfo.InvariantCulture, out seconds))
            return null;
        return new StoredSecret(kind.Value, SecretValue.FromBytes(rest[(colon + 1)..]), TimeSpan.FromSeconds(Math.Min(seconds, 31_536_000)));
    }

    public void Dispose() => Payload.Dispose();

    private static string Word(StoredSecretKind kind) => kind switch
    {
        StoredSecretKind.Value => "value",
        StoredSecretKind.Command => "command",
        _ => "ref",
    };
}
