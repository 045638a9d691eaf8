using System.Text;
using System.Text.Json;
using FsCheck.Xunit;
using Sbx.Secrets.Injection;
using Sbx.Secrets.Values;

namespace Sbx.Secrets.Tests.Injection;

public sealed class MaskFormsTests
{
    [Property(MaxTest = 1000)]
    public bool The_secret_is_recognised_in_base64_whatever_stands_around_it(byte[] before, byte[] after, uint seed)
    {
        using var value = SecretValue.FromText(Random(seed, 24));
        using var forms = MaskForms.Of(value);
        byte[] all = [.. before, .. value.Bytes, .. after];
        return Found(forms, Convert.ToBase64String(all)) && Found(forms, Convert.ToBase64String(all).Replace('+', '-').Replace('/', '_').TrimEnd('='));
    }

    [Property(MaxTest = 500)]
    public bool The_secret_is_recognised_raw_and_in_URL_and_JSON_forms(uint seed)
    {
        var text = Random(seed, 20) + "/+\"<&'ü=";
        using var value = SecretValue.FromText(text);
        using var forms = MaskForms.Of(value);
        return Found(forms, "x" + text + "y") && Found(forms, Uri.EscapeDataString(text)) && Found(forms, JsonSerializer.Serialize(text))
            && Found(forms, JsonSerializer.Serialize(text, new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            && Found(forms, text.Replace("/", "\\/", StringComparison.Ordinal));
    }

    [Fact]
    public void Forms_are_distinct_longest_first_and_never_tiny()
    {
        using var value = SecretValue.FromText("sk-proj-abcdefghijklmnop");
        using var forms = MaskForms.Of(value);
        Assert.Equal(forms.Forms.Count, forms.Forms.Select(Convert.ToHexString).Distinct().Count());
        Assert.Equal(forms.Forms.Max(f => f.Length), forms.LongestForm);
        Assert.All(forms.Forms, f => Assert.True(f.Length >= 6));
    }

    [Fact]
    public void Disposing_zeroes_every_form()
    {
        using var value = SecretValue.FromText("sk-proj-abcdefghijklmnop");
        var forms = MaskForms.Of(value);
        forms.Dispose();
        Assert.All(forms.Forms, f => Assert.All(f, b => Assert.Equal(0, b)));
    }

    private static bool Found(MaskForms forms, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return forms.Forms.Any(f => bytes.AsSpan().IndexOf(f) >= 0);
    }

    private static string Random(uint seed, int length)
    {
        var random = new Random((int)seed);
        return string.Concat(Enumerable.Range(0, length).Select(_ => (char)random.Next('!', '~')));
    }
}
