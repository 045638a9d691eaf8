using Sbx.Api.Errors;
using Sbx.Machines.Qemu;

namespace Sbx.Machines.Tests.Qemu;

public sealed class QemuDriverTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    [Fact]
    public async Task A_missing_qemu_is_named_with_the_command_that_installs_it()
    {
        var error = await Assert.ThrowsAsync<SbxException>(() => Driver("/nonexistent/qemu").InspectAsync(CancellationToken.None));
        Assert.Equal((ErrorCode.HostPrerequisite, "run: sbx setup"), (error.Code, error.Hint));
    }

    [Fact]
    public async Task A_qemu_that_does_not_run_is_told_with_its_words()
    {
        await File.WriteAllTextAsync(_directory["qemu"], "#!/bin/sh\necho no such library >&2\nexit 1\n");
        File.SetUnixFileMode(_directory["qemu"], (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(_directory.Path, (UnixFileMode)0b111_101_101);
        var error = await Assert.ThrowsAsync<SbxException>(() => Driver(_directory["qemu"]).InspectAsync(CancellationToken.None));
        Assert.Equal(ErrorCode.HostPrerequisite, error.Code);
        Assert.Contains("no such library", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_qemu_that_is_too_old_is_refused()
    {
        await File.WriteAllTextAsync(_directory["qemu"], "#!/bin/sh\necho QEMU emulator version 5.2.0\n");
        File.SetUnixFileMode(_directory["qemu"], (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(_directory.Path, (UnixFileMode)0b111_101_101);
        var error = await Assert.ThrowsAsync<SbxException>(() => Driver(_directory["qemu"]).InspectAsync(CancellationToken.None));
        Assert.Contains("5.2.0 is too old", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("UPPER")]
    [InlineData("a/b")]
    [InlineData("12345678901234567")]
    public async Task An_id_that_could_not_name_a_file_is_refused(string id) =>
        await Assert.ThrowsAsync<ArgumentException>(() => StartAsync(Spec() with { Id = id }));

    [Fact]
    public async Task A_missing_kernel_and_a_disk_of_another_size_are_told_before_anything_starts()
    {
        Assert.Equal(ErrorCode.Image, (await Assert.ThrowsAsync<SbxException>(() => StartAsync(Spec()))).Code);
        foreach (var name in (string[])["k", "i", "r", "disk"])
            await File.WriteAllTextAsync(_directory[name], "x");
        var error = await Assert.ThrowsAsync<SbxException>(() => StartAsync(Spec()));
        Assert.Equal(ErrorCode.Machine, error.Code);
        Assert.Contains("has 1 bytes", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _directory.Dispose();

    private MachineSpec Spec() =>
        new("m1", new MachineImage(_directory["k"], _directory["i"], _directory["r"], "d"), new MachineShape(1, 1L << 28, 1L << 28), _directory["disk"]);

    private Task<IMachine> StartAsync(MachineSpec spec) => Driver(null).StartAsync(spec, progress: null, CancellationToken.None);

    private QemuDriver Driver(string? binary) => new(new QemuDriverOptions
    {
        CacheDirectory = _directory["warm"],
        RunDirectory = _directory["run"],
        StateDirectory = _directory["state"],
        QemuBinary = binary,
    });
}
