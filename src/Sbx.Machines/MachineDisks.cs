namespace Sbx.Machines;

/// <summary>Makes writable disks.</summary>
public static partial class MachineDisks
{
}
