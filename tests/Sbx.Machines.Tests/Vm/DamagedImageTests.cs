using Sbx.Machines.Processes;
using Sbx.Machines.Warm;

namespace Sbx.Machines.Tests.Vm;

[Trait("needs", "vm")]
public sealed class DamagedImageTests(MachineFixture fixture) : IClassFixture<MachineFixture>
{
    [Fact]
    public async Task A_damaged_image_is_replaced_by_a_boot_and_made_again()
    {
        var machines = fixture.Machines;
        var directory = Directory.GetDirectories(machines.Warm).Single();
        var image = WarmImage.Read(directory)!;

        // Not only changed but recorded as if it were right, so that QEMU itself meets it.
        var state = await File.ReadAllBytesAsync(image.State);
        Array.Fill(state, (byte)0xff, state.Length / 4, state.Length / 2);
        await File.WriteAllBytesAsync(image.State, state);
        (image with { Meta = image.Meta with { StateHash = WarmImage.HashOf(image.State) } }).Write();

        await using (var machine = await machines.StartAsync("cold"))
            Assert.Equal(MachineStartMode.Cold, machine.StartMode);
        Assert.Contains(machines.Lines, line => line.StartsWith("the warm image did not restore", StringComparison.Ordinal));
        Assert.False(Directory.Exists(directory));
        Assert.Empty(Directory.GetFiles(machines.PidFiles));

        await using var again = await machines.StartAsync("again");
        Assert.Equal(MachineStartMode.Warm, again.StartMode);
    }
}
