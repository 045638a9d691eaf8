using FsCheck.Xunit;
using Sbx.Api.Errors;
using Sbx.Machines.Limits;

namespace Sbx.Machines.Tests.Limits;

public sealed class MachineLimitsTests
{
    private const long GiB = 1L << 30;

    [Theory]
    [InlineData("2g", 2 * GiB)]
    [InlineData("512m", GiB / 2)]
    [InlineData("1.5GiB", GiB + (GiB / 2))]
    [InlineData("1048576k", GiB)]
    [InlineData(" 1 GB ", GiB)]
    [InlineData("1073741824b", GiB)]
    public void Memory_is_read_as_docker_writes_it(string text, long bytes) => Assert.Equal(bytes, MachineLimits.ParseMemory(text));

    [Theory]
    [InlineData("")]
    [InlineData("g")]
    [InlineData("-1g")]
    [InlineData("1e3m")]
    [InlineData("0x10g")]
    [InlineData("1..5g")]
    [InlineData("2gg")]
    [InlineData("9999999999999999999999g")]
    [InlineData("0.00000001g")]
    [InlineData("٣g")]
    public void What_is_no_size_is_a_usage_error_with_an_example(string text)
    {
        var error = Assert.Throws<SbxException>(() => MachineLimits.ParseMemory(text));
        Assert.Equal(ErrorCode.Usage, error.Code);
        Assert.Contains("--memory 2g", error.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_unit_is_pointed_out()
    {
        var error = Assert.Throws<SbxException>(() => MachineLimits.ParseMemory("1"));
        Assert.Contains("write --memory 1g", error.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("255m")]
    [InlineData("2t")]
    [InlineData("0b")]
    public void Memory_out_of_range_is_a_usage_error(string text) =>
        Assert.Equal(ErrorCode.Usage, Assert.Throws<SbxException>(() => MachineLimits.ParseMemory(text)).Code);

    [Theory]
    [InlineData("0")]
    [InlineData("65")]
    [InlineData("5")]
    [InlineData("two")]
    [InlineData("1.5")]
    [InlineData("-1")]
    public void Processors_are_a_whole_number_within_the_host(string text) =>
        Assert.Equal(ErrorCode.Usage, Assert.Throws<SbxException>(() => MachineLimits.ParseCpus(text, hostCpus: 4)).Code);

    [Fact]
    public void Defaults_are_modest_under_emulation()
    {
        Assert.Equal(new MachineShape(1, 2 * GiB, 20 * GiB), MachineLimits.Resolve(null, null, null, emulated: true, hostCpus: 8));
        Assert.Equal(4, MachineLimits.Resolve(null, null, null, emulated: false, hostCpus: 8).Cpus);
        Assert.Equal(2, MachineLimits.Resolve(null, null, null, emulated: false, hostCpus: 2).Cpus);
    }

    [Fact]
    public void Sizes_are_rounded_up_to_whole_mebibytes() => Assert.Equal(GiB + (1 << 20), MachineLimits.ParseDisk("1073741825b"));

    [Property]
    public void A_formatted_size_reads_back_as_itself(long bytes)
    {
        bytes &= long.MaxValue;
        Assert.True(ByteSize.TryParse(ByteSize.Format(bytes), out var read));
        Assert.Equal(bytes, read);
    }

    [Property(MaxTest = 2000)]
    public void No_text_makes_the_parser_fail_otherwise(string text)
    {
        if (ByteSize.TryParse(text, out var bytes))
            Assert.True(bytes >= 0);
    }
}
