using FsCheck;
using FsCheck.Xunit;
using Sbx.Api.Errors;
using Sbx.Tool.Naming;

namespace Sbx.Tool.Tests.Naming;

public sealed class ValueTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("1", 1L)]
    [InlineData("1024", 1024L)]
    [InlineData("2g", 2L << 30)]
    [InlineData("2G", 2L << 30)]
    [InlineData("2GiB", 2L << 30)]
    [InlineData("512 mb", 512L << 20)]
    [InlineData("1.5g", 3L << 29)]
    [InlineData("64k", 65536L)]
    [InlineData("1t", 1L << 40)]
    public void A_size_is_read_in_binary_units(string text, long bytes)
    {
        Assert.True(ByteSize.TryParse(text, out var parsed));
        Assert.Equal(bytes, parsed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("g")]
    [InlineData("-1g")]
    [InlineData("0")]
    [InlineData("1x")]
    [InlineData("1.2.3g")]
    [InlineData("99999999999999999999t")]
    [InlineData("9999999t")]
    public void What_is_no_size_is_refused(string text) => Assert.False(ByteSize.TryParse(text, out _));

    [Property]
    public void No_text_makes_the_size_parser_throw(string? text) => ByteSize.TryParse(text ?? "", out _);

    [Theory]
    [InlineData("24h", "2026-11-23T12:00:00Z")]
    [InlineData("7d", "2026-11-17T12:00:00Z")]
    [InlineData("1d12h", "2026-11-23T00:00:00Z")]
    [InlineData("90m", "2026-11-24T10:30:00Z")]
    [InlineData("2026-11-01T00:00:00Z", "2026-11-01T00:00:00Z")]
    [InlineData("2026-11-01", "2026-11-01T00:00:00Z")]
    [InlineData("2026-11-01T01:00:00+01:00", "2026-11-01T00:00:00Z")]
    [InlineData("1764000000", "2025-11-24T16:00:00Z")]
    public void A_point_in_time_is_a_duration_a_date_or_seconds(string text, string expected) =>
        Assert.Equal(DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), PointInTime.Parse(text, Now));

    [Property]
    public void No_text_makes_the_time_parser_fail_in_another_way(NonNull<string> text)
    {
        try
        {
            PointInTime.Parse(text.Get, Now);
        }
        catch (SbxException e)
        {
            Assert.Equal(ErrorCode.Usage, e.Code);
        }
    }

    [Fact]
    public void Variables_come_from_files_then_options_and_the_host()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "# comment\n\nA=1\nC=x=y#z\nFROM_HOST\nNOT_THERE\nQUOTED=\"q\"\n");
            var host = new Dictionary<string, string> { ["FROM_HOST"] = "h", ["D"] = "passed" };

            var variables = EnvironmentOptions.Collect([file], ["A=2", "D", "E=", "GONE"], host.GetValueOrDefault);

            Assert.Equal(
                new SortedDictionary<string, string> { ["A"] = "2", ["C"] = "x=y#z", ["D"] = "passed", ["E"] = "", ["FROM_HOST"] = "h", ["QUOTED"] = "\"q\"" },
                new SortedDictionary<string, string>(variables));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void A_wrong_line_of_a_file_is_told_with_its_number()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "A=1\n\nB C=2\n");
            Assert.Contains($"{file}:3:", Assert.Throws<SbxException>(() => EnvironmentOptions.Collect([file], [], _ => null)).Message);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void A_wrong_variable_is_told_without_its_value()
    {
        var error = Assert.Throws<SbxException>(() => EnvironmentOptions.Collect([], ["BAD NAME=secret-value"], _ => null));
        Assert.DoesNotContain("secret-value", error.Message + error.Hint);
    }
}
