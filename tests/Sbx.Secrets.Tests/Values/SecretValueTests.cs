using System.Text;
using System.Text.Json;
using FsCheck.Xunit;
using Sbx.Secrets.Values;

namespace Sbx.Secrets.Tests.Values;

public sealed class SecretValueTests
{
    [Theory]
    [InlineData("")]
    [InlineData("a\rb")]
    [InlineData("a\nb")]
    [InlineData("key\r\nX-Evil: 1")]
    [InlineData("a\0b")]
    [InlineData("a\tb")]
    [InlineData("a\u007fb")]
    [InlineData("\u001b[31mkey")]
    public void A_value_that_is_empty_or_could_split_a_header_is_refused_and_not_repeated(string text)
    {
        var error = Assert.Throws<SecretException>(() => SecretValue.FromText(text));
        Assert.Equal(SecretErrorKind.Invalid, error.Kind);
        Assert.True(text.Length == 0 || !error.ToString().Contains(text, StringComparison.Ordinal));
        Assert.Null(error.InnerException);
    }

    [Fact]
    public void A_value_that_is_too_long_or_not_UTF8_is_refused()
    {
        Assert.Throws<SecretException>(() => SecretValue.FromText(new string('a', SecretValue.MaximumBytes + 1)));
        Assert.Throws<SecretException>(() => SecretValue.FromBytes([0xC3, 0x28]));
        SecretValue.FromText(new string('a', SecretValue.MaximumBytes)).Dispose();
    }

    [Fact]
    public void A_value_shows_in_no_text_form_and_in_no_JSON()
    {
        using var value = SecretValue.FromText("sk-proj-verysecretvalue123456");
        Assert.DoesNotContain("secretvalue", value.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("secretvalue", $"{value}", StringComparison.Ordinal);
        var error = Assert.ThrowsAny<Exception>(() => JsonSerializer.Serialize(new { value }));
        Assert.DoesNotContain("secretvalue", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Disposing_zeroes_the_buffer_and_ends_every_use()
    {
        var value = SecretValue.FromText("sk-proj-verysecretvalue123456");
        var bytes = value.Bytes;
        value.Dispose();
        Assert.Equal(-1, bytes.IndexOfAnyExcept((byte)0));
        Assert.Throws<ObjectDisposedException>(() => value.Reveal());
        Assert.Throws<ObjectDisposedException>(() => value.Copy());
        Assert.Throws<ObjectDisposedException>(() => value.Bytes.Length);
    }

    [Theory]
    [InlineData("a", "*")]
    [InlineData("abcdef", "******")]
    [InlineData("abcdefg", "ab*****")]
    [InlineData("abcdefghijklmnopqrs", "abcdef*************")]
    [InlineData("abcdefghijklmnopqrstuvwxyz", "abcdef****...****wxyz")]
    [InlineData("sk-proj-abcdefghijklmnopqrstuvwxyz", "sk-proj-****...****")]
    [InlineData("sk-ant-api03-abcdefghijklmnopqrstuvwxyz", "sk-ant-api03-****...****")]
    [InlineData("ghp_abcdefghijklmnopqrstuvwxyz0123456789", "ghp_****...****")]
    [InlineData("AIzaSyabcdefghijklmnopqrstuvwxyz", "AIza****...****")]
    [InlineData("\u00fc\u00fc\u00fc\u00fc\u00fc\u00fcabcdefghijklmnop\u202e\u202e\u202e\u202e", "******" + "****...****" + "****")]
    public void Masked_forms_are_those_of_the_table(string secret, string masked)
    {
        using var value = SecretValue.FromText(secret);
        Assert.Equal(masked, value.Masked());
    }

    [Property(MaxTest = 1000)]
    public bool Masked_forms_are_short_printable_and_hide_the_middle(uint seed, byte length)
    {
        var random = new Random((int)seed);
        var secret = string.Concat(Enumerable.Range(0, length + 1).Select(_ => (char)random.Next('0', 'z')));
        using var value = SecretValue.FromText(secret);
        var masked = value.Masked();
        return masked.Length <= 25 && masked.All(c => c is > ' ' and < '\x7f') && (secret.Length < 7 ? masked.All(c => c == '*') : masked.Contains("****", StringComparison.Ordinal));
    }

    [Fact]
    public void Equality_is_by_content()
    {
        using var a = SecretValue.FromText("same-value");
        using var b = SecretValue.FromBytes(Encoding.UTF8.GetBytes("same-value"));
        using var c = SecretValue.FromText("other-value");
        Assert.True(a.Matches(b));
        Assert.False(a.Matches(c));
    }
}
