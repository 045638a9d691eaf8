using System.Text.Unicode;

namespace Sbx.Secrets.Values;

/// <summary>What a secret may consist of; checked when it is stored and again when it is used.</summary>
internal static class SecretValueRules
{
    public static void Check(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            throw new SecretException(SecretErrorKind.Invalid, "The secret is empty.", "Give the value at the prompt or on standard input.");
        if (bytes.Length > SecretValue.MaximumBytes)
            throw TooLong();
        if (!Utf8.IsValid(bytes))
            throw new SecretException(SecretErrorKind.Invalid, "The secret is not text in UTF-8.", "Encode binary secrets, for example as base64.");
        // A control character in a header splits it; none is part of any real key.
        if (bytes.ContainsAnyInRange((byte)0, (byte)0x1F) || bytes.Contains((byte)0x7F))
            throw new SecretException(
                SecretErrorKind.Invalid, "The secret has a line break or another control character.", "Give one line; a line break at the end is removed from standard input.");
    }

    public static SecretException TooLong()
        => new(SecretErrorKind.Invalid, $"The secret is longer than {SecretValue.MaximumBytes} bytes.", "Check that it is a key and not a file.");
}
