using System.Text;
using Sbx.Secrets.Injection;
using Sbx.Secrets.Services;

namespace Sbx.Egress.Requests;

/// <summary>What stands for a credential in a body, and what goes there instead.</summary>
/// <param name="Placeholders">Byte strings to find, none empty; each with its replacement.</param>
internal sealed record PlaceholderReplacer(IReadOnlyList<(byte[] Placeholder, byte[] Value)> Placeholders)
{
    /// <summary>Length of the longest placeholder, in bytes.</summary>
    public int Longest { get; } = Placeholders.Max(pair => pair.Placeholder.Length);

    /// <summary>The replacements of a credential; null when it has no placeholder of its own.</summary>
    public static PlaceholderReplacer? For(CredentialBinding credential)
    {
        var pairs = credential.Service.PlaceholderTexts
            .Select(text => (Text: text, Value: credential.Substitute(text, isTarget: false)))
            .Where(pair => pair.Value != pair.Text)
            .Select(pair => (Encoding.UTF8.GetBytes(pair.Text), Encoding.UTF8.GetBytes(pair.Value)))
            .ToList();
        return pairs.Count == 0 ? null : new PlaceholderReplacer(pairs);
    }

    /// <summary>Finds the first placeholder.</summary>
    /// <returns>Its place and which one it is, or -1.</returns>
    public (int At, int Index) FindFirst(ReadOnlySpan<byte> data)
    {
        var (first, index) = (-1, -1);
        for (var i = 0; i < Placeholders.Count; i++)
        {
            var at = data.IndexOf(Placeholders[i].Placeholder);
            if (at >= 0 && (first < 0 || at < first))
                (first, index) = (at, i);
        }

        return (first, index);
    }

    /// <summary>Length of the longest end of the data that begins a placeholder.</summary>
    public int OpenEnd(ReadOnlySpan<byte> data)
    {
        var longest = 0;
        foreach (var (placeholder, _) in Placeholders)
        {
            for (var length = Math.Min(placeholder.Length - 1, data.Length); length > longest; length--)
            {
                if (placeholder.AsSpan().StartsWith(data[^length..]))
                    longest = length;
            }
        }

        return longest;
    }
}
