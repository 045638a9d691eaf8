using System.Text;

namespace Sbx.Policies.Hosts;

/// <summary>Makes untrusted text safe to print in a message: bounded, and without control or format characters.</summary>
public static class Printable
{
    /// <summary>At most <paramref name="length"/> characters; anything that is not printable ASCII and not a letter or digit becomes <c>?</c>.</summary>
    public static string Text(ReadOnlySpan<char> text, int length = 80)
    {
        var builder = new StringBuilder(Math.Min(text.Length, length) + 1);
        foreach (var c in text)
        {
            if (builder.Length >= length)
            {
                builder.Append('…');
                break;
            }

            builder.Append(c is >= ' ' and < '\x7f' || (c > '\xa0' && char.IsLetterOrDigit(c)) ? c : '?');
        }

        return builder.ToString();
    }
}
