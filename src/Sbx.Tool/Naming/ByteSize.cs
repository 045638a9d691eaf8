using System.Globalization;
using Sbx.Api.Errors;

namespace Sbx.Tool.Naming;

/// <summary>Sizes as users write them: <c>512m</c>, <c>2g</c>, <c>1.5GiB</c>; binary units, a bare number is bytes.</summary>
internal static class ByteSize
{
    /// <summary>Bytes of <paramref name="text"/>.</summary>
    /// <param name="option">Name of the option, for the message.</param>
    /// <param name="text">What was given.</param>
    /// <param name="least">Smallest value that makes sense.</param>
    /// <exception cref="SbxException">It is not a size, or is too small.</exception>
    public static long Parse(string option, string text, long least)
    {
        if (!TryParse(text, out var bytes))
            throw new SbxException(ErrorCode.Usage, $"{option}: '{text}' is not a size", $"for example: {option} 2g, {option} 512m");
        if (bytes < least)
            throw new SbxException(
                ErrorCode.Usage, $"{option}: {text} is too small", $"at least {least / (1024 * 1024)}m is needed, for example: {option} 1g");
        return bytes;
    }

    /// <summary>Whether <paramref name="text"/> is a size between 1 byte and 8 EiB.</summary>
    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        var digits = text.TakeWhile(c => char.IsAsciiDigit(c) || c == '.').Count();
        int? shift = text[digits..].Trim().ToLowerInvariant() switch
        {
            "" or "b" => 0,
            "k" or "kb" or "kib" => 10,
            "m" or "mb" or "mib" => 20,
            "g" or "gb" or "gib" => 30,
            "t" or "tb" or "tib" => 40,
            _ => null,
        };
        if (shift is null || !decimal.TryParse(text[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || number > long.MaxValue)
            return false;
        var product = number * (1L << shift.Value);
        if (product is < 1 or > long.MaxValue)
            return false;
        bytes = (long)product;
        return true;
    }
}
