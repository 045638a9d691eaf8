using System.Globalization;
using System.Text.Json;
using Sbx.Machines.Accelerators;
using Sbx.Protocol.Messages;

namespace Sbx.Machines.Qemu;

/// <summary>Builds QEMU's arguments. The same devices in the same order for baking, restoring and booting.</summary>
internal static class QemuCommandLine
{
    /// <summary>Bytes of the guest's console that are kept; a power of two.</summary>
    public const int ConsoleBytes = 64 * 1024;

    /// <summary>Name of the console's character device in QMP.</summary>
    public const string Console = "console";

    /// <summary>Name of the node of the writable disk's file at the start.</summary>
    public const string DiskFile = "diskfile";

    /// <summary>Number of the descriptor set of a file that takes the writable disk's place later.</summary>
    public const int SecondDiskSet = 3;

    private const string SecondDiskFile = "diskfile2";

    /// <summary>Writes the arguments of blockdev-add for such a file; the same as of the one at the start.</summary>
    public static void WriteSecondDiskFile(Utf8JsonWriter writer)
    {
        writer.WriteString("driver", "file");
        writer.WriteString("node-name", SecondDiskFile);
        writer.WriteString("filename", string.Create(CultureInfo.InvariantCulture, $"/dev/fdset/{SecondDiskSet}"));
        writer.WriteString("aio", "threads");
        writer.WriteString("discard", "unmap");
        writer.WriteStartObject("cache");
        writer.WriteBoolean("direct", false);
        writer.WriteBoolean("no-flush", false);
        writer.WriteEndObject();
    }

    /// <summary>Writes the arguments of blockdev-reopen that put it below the disk.</summary>
    public static void WriteSecondDisk(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("options");
        writer.WriteStartObject();
        writer.WriteString("driver", "raw");
        writer.WriteString("node-name", "disk");
        writer.WriteString("file", SecondDiskFile);
        writer.WriteString("discard", "unmap");
        writer.WriteString("detect-zeroes", "unmap");
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    /// <summary>All arguments after the program's name.</summary>
    public static IReadOnlyList<string> Build(QemuVersion version, Accelerator accelerator, MachineShape shape, QemuEndpoints endpoints) =>
    [
        .. Invariant(version, accelerator, shape),
        "-object", Memory(version, shape, endpoints),
        "-chardev", $"socket,id=qmp,fd={endpoints.Qmp}", "-mon", "chardev=qmp,mode=control",
        "-chardev", $"socket,id=control,fd={endpoints.Control}",
        "-chardev", $"socket,id=files,fd={endpoints.Files}",
        "-add-fd", $"fd={endpoints.Root},set=1",
        "-add-fd", $"fd={endpoints.Disk},set=2",
        .. Devices(),
        .. Start(accelerator, endpoints),
    ];

    /// <summary>What decides whether a warm image fits: the arguments without everything that differs between two starts.</summary>
    public static string Fingerprint(QemuVersion version, Accelerator accelerator, MachineShape shape) =>
        string.Join('\n', [.. Invariant(version, accelerator, shape), .. Devices(), GuestBoot.CommandLine(accelerator, counterKilohertz: 0)]);

    private static IReadOnlyList<string> Invariant(QemuVersion version, Accelerator accelerator, MachineShape shape) =>
    [
        "-nodefaults", "-no-user-config", "-display", "none",
        "-sandbox", "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny",
        // The end of the guest pauses the machine, so that the console can still be read.
        "-action", "reboot=shutdown,shutdown=pause",
        // ACPI tells the guest of its processors and virtio-mmio devices. It has no timer but the processor's own then, which
        // it sets by KVM's clock or by the rate that its command line names; no legacy timers, clock or interrupt controller.
        "-machine", "microvm,acpi=on,pit=off,pic=off,rtc=off,isa-serial=on,pcie=off,usb=off,x-option-roms=off,memory-backend=ram,mem-merge=off,dump-guest-core=off",
        "-global", "virtio-mmio.force-legacy=false",
        "-accel", accelerator.Option(),
        "-cpu", accelerator.Cpu(),
        "-smp", string.Create(CultureInfo.InvariantCulture, $"{shape.Cpus}"),
        "-m", string.Create(CultureInfo.InvariantCulture, $"{shape.MemoryBytes >> 20}M"),
    ];

    private static string Memory(QemuVersion version, MachineShape shape, QemuEndpoints endpoints)
    {
        var size = string.Create(CultureInfo.InvariantCulture, $"size={shape.MemoryBytes >> 20}M");
        return endpoints.Ram switch
        {
            null => $"memory-backend-ram,id=ram,{size},reserve=off,dump=off,merge=off",
            { } path when endpoints.SharedRam => $"memory-backend-file,id=ram,{size},mem-path={path},share=on,dump=off,merge=off",
            // Private: what this machine writes goes to its own pages. Older versions cannot map privately what they opened
            // for reading, so there the file must be writable for them; a change to it is noticed (WarmImage).
            { } path when version.MapsReadOnlyFilesPrivately => $"memory-backend-file,id=ram,{size},mem-path={path},share=off,readonly=on,rom=off,reserve=off,dump=off,merge=off",
            { } path => $"memory-backend-file,id=ram,{size},mem-path={path},share=off,reserve=off,dump=off,merge=off",
        };
    }

    private static IReadOnlyList<string> Devices() =>
    [
        "-chardev", $"ringbuf,id={Console},size={ConsoleBytes}", "-serial", $"chardev:{Console}",
        "-device", "virtio-serial-device,max_ports=3",
        "-device", $"virtserialport,chardev=control,nr=1,name={GuestServices.ControlPort}",
        "-device", $"virtserialport,chardev=files,nr=2,name={GuestServices.FilesPort}",
        "-blockdev", "driver=file,node-name=rootfile,filename=/dev/fdset/1,read-only=on,auto-read-only=off,cache.no-flush=on",
        "-blockdev", "driver=raw,node-name=root,file=rootfile,read-only=on",
        "-device", "virtio-blk-device,drive=root,serial=sbxroot",
        // Through the page cache: what the guest has synced survives the end of QEMU, and a flush reaches the host's disk.
        // Freed and zeroed blocks become holes, so that the file shrinks with what is in it.
        "-blockdev", $"driver=file,node-name={DiskFile},filename=/dev/fdset/2,aio=threads,discard=unmap,cache.direct=off,cache.no-flush=off",
        "-blockdev", $"driver=raw,node-name=disk,file={DiskFile},discard=unmap,detect-zeroes=unmap",
        "-device", "virtio-blk-device,drive=disk,serial=sbxdisk,discard=on,werror=stop,rerror=report",
    ];

    private static IReadOnlyList<string> Start(Accelerator accelerator, QemuEndpoints endpoints) =>
        endpoints is { Kernel: { } kernel, Initramfs: { } initramfs }
            ? ["-kernel", kernel, "-initrd", initramfs, "-append", GuestBoot.CommandLine(accelerator, accelerator == Accelerator.Tcg ? TimeStampCounter.Kilohertz : 0)]
            // The kernel is in the restored memory; not loading it again saves its size in anonymous memory.
            : ["-incoming", "defer"];
}

/// <summary>What one QEMU is connected to.</summary>
internal sealed record QemuEndpoints
{
    /// <summary>Descriptor of the control protocol.</summary>
    public required int Qmp { get; init; }

    /// <summary>Descriptor of the guest's control port.</summary>
    public required int Control { get; init; }

    /// <summary>Descriptor of the guest's files port.</summary>
    public required int Files { get; init; }

    /// <summary>Descriptor of the root image, opened for reading.</summary>
    public required int Root { get; init; }

    /// <summary>Descriptor of the writable disk.</summary>
    public required int Disk { get; init; }

    /// <summary>Path of the memory file; null takes anonymous memory.</summary>
    public string? Ram { get; init; }

    /// <summary>Whether the guest writes into the memory file.</summary>
    public bool SharedRam { get; init; }

    /// <summary>Path of the kernel; null waits for a state to restore.</summary>
    public string? Kernel { get; init; }

    /// <summary>Path of the initial RAM file system.</summary>
    public string? Initramfs { get; init; }
}
