using Sbx.Machines.Qemu;

namespace Sbx.Machines.Tests.Qemu;

public sealed class QemuVersionTests
{
    [Theory]
    [InlineData("QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7)\nCopyright (c)", "7.2.22", false)]
    [InlineData("warning: something\nQEMU emulator version 10.0\n", "10.0", true)]
    [InlineData("QEMU emulator version 8.2.0-rc1 (v8.2.0)", "8.2.0", true)]
    public void A_version_is_read_from_what_qemu_prints(string output, string number, bool privateMappings)
    {
        var version = QemuVersion.Parse(output)!;
        Assert.Equal(new Version(number), version.Number);
        Assert.Equal(privateMappings, version.MapsReadOnlyFilesPrivately);
        Assert.DoesNotContain('\n', version.Text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("bash: qemu: not found")]
    [InlineData("QEMU emulator version x")]
    public void Anything_else_is_no_version(string output) => Assert.Null(QemuVersion.Parse(output));
}
