using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Sbx.Secrets.Values;

namespace Sbx.Secrets.Injection;

/// <summary>
/// The byte sequences by which a live secret can be recognised in an answer: raw, percent-encoded, JSON-escaped, and the parts of its
/// base64 (both alphabets) that are the same whatever stands before and after it, for all three alignments. In pinned buffers,
/// zeroed on <see cref="Dispose"/>. Thread-safe for reading until disposed.
/// </summary>
public sealed class MaskForms : IDisposable
{
    // Shorter needles would be found by chance in ordinary answers.
    private const int ShortestForm = 6;
    private readonly byte[][] _forms;

    private MaskForms(byte[][] forms) => _forms = forms;

    /// <summary>The forms, longest first; none is empty. Valid until disposed.</summary>
    public IReadOnlyList<byte[]> Forms => _forms;

    /// <summary>Length of the longest form in bytes: how much of an answer has to be held back to find one across reads.</summary>
    public int LongestForm => _forms.Length == 0 ? 0 : _forms[0].Length;

    /// <summary>The forms of secrets; several when one credential has several secret parts.</summary>
    public static MaskForms Of(params ReadOnlySpan<SecretValue> values)
    {
        var forms = new List<byte[]>();
        foreach (var value in values)
        {
            Add(forms, value.Bytes);
            AddText(forms, value);
            AddBase64(forms, value.Bytes);
        }

        return new MaskForms([.. forms.OrderByDescending(f => f.Length)]);
    }

    private static void AddText(List<byte[]> forms, SecretValue value)
    {
        var text = value.Reveal();
        var escaped = Uri.EscapeDataString(text);
        Add(forms, Encoding.UTF8.GetBytes(escaped));
        Add(forms, Encoding.UTF8.GetBytes(LowerHex(escaped)));
        Add(forms, JsonEncodedText.Encode(text).EncodedUtf8Bytes);
        Add(forms, JsonEncodedText.Encode(text, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes);
        Add(forms, Encoding.UTF8.GetBytes(text.Replace("/", "\\/", StringComparison.Ordinal)));
    }

    private static void AddBase64(List<byte[]> forms, ReadOnlySpan<byte> bytes)
    {
        // Before the secret stand 0, 1 or 2 bytes of the group of three it starts in. Characters that also depend on the bytes
        // around it are cut off at both ends.
        for (var offset = 0; offset < 3; offset++)
        {
            var padded = new byte[offset + bytes.Length];
            bytes.CopyTo(padded.AsSpan(offset));
            var text = Convert.ToBase64String(padded).TrimEnd('=');
            var front = offset == 0 ? 0 : offset + 1;
            var back = padded.Length * 8 / 6;
            if (back - front < ShortestForm)
                continue;
            var core = text[front..back];
            Add(forms, Encoding.ASCII.GetBytes(core));
            Add(forms, Encoding.ASCII.GetBytes(core.Replace('+', '-').Replace('/', '_')));
            CryptographicOperations.ZeroMemory(padded);
        }
    }

    private static string LowerHex(string escaped) => string.Create(escaped.Length, escaped, static (to, from) =>
    {
        for (var i = 0; i < from.Length; i++)
            to[i] = (i > 0 && from[i - 1] == '%') || (i > 1 && from[i - 2] == '%') ? char.ToLowerInvariant(from[i]) : from[i];
    });

    private static void Add(List<byte[]> forms, ReadOnlySpan<byte> form)
    {
        if (form.Length < ShortestForm)
            return;
        foreach (var known in forms)
        {
            if (form.SequenceEqual(known))
                return;
        }

        var pinned = GC.AllocateUninitializedArray<byte>(form.Length, pinned: true);
        form.CopyTo(pinned);
        forms.Add(pinned);
    }

    /// <summary>Zeroes the forms.</summary>
    public void Dispose()
    {
        foreach (var form in _forms)
            CryptographicOperations.ZeroMemory(form);
    }
}
