/**
 * Words of which handles are suggested: kind or neutral adjectives, and animals and plants. None says anything about a
 * person (no age, sex, origin, looks or belief), none is a common first name or a place, and any pair reads harmlessly.
 */
export const ADJECTIVES = words(`
  agile airy alert ample amused apt arctic ardent astute awake azure balmy basic beaming blithe bold
  bouncy brave breezy brief bright brisk bronze bubbly busy calm candid careful caring casual cheerful cheery chipper
  civil clear clever cloudy coastal cobalt comfy cool copper coral cosmic cozy crafty creative crimson crisp curious cyan
  dainty dapper dashing deft dewy diligent distant dreamy driven dusky eager early earnest elated electric
  elegant emerald epic even exact fabled famed fancy festive fine fleet floating fluent fluffy flying formal
  fresh frosty gallant generous gentle gifted glad gleaming glossy golden graceful grand grateful green
  happy hardy hearty helpful hollow honest hopeful humble icy ideal indigo jaunty jolly jovial joyful keen
  kind lasting leafy level light lilac limber lively logical loyal lucid lucky lunar magic maroon mellow merry mighty
  mild mindful minty misty modest mossy musical narrow nautical neat nifty nimble noble novel oaken ochre olive open
  orange orderly orbital patient peaceful pearly peppy placid playful pleasant plucky polar polite prompt proper proud
  purple quaint quick quiet quirky radiant rainy rapid rare regal rested rising robust rustic scarlet scenic
  serene shady sharp shiny silent silver simple sincere sleek smart smooth snowy snug sober soft solar
  solid sonic speedy spry stable starry steady stellar sturdy subtle sunlit sunny super swift tidy topaz tranquil
  trusty upbeat urban useful valiant velvet verdant vital vivid warm wandering watchful wavy whole windy wise witty
  woven zany zesty`)

export const CREATURES = words(`
  acacia acorn alder alpaca anchovy ant antelope apple armadillo ash aspen auk badger bamboo barnacle bass bat
  beagle bear bee beech beetle birch bison blackbird bluebell bobcat bongo bream buffalo bug bunting
  butterfly buzzard cactus camel capybara caribou carp cashew cat catfish cedar cheetah chicory chinchilla chipmunk
  cicada clover cobra cod collie condor coot corgi cormorant coyote crane cress cricket crocus crow
  cuckoo curlew dace deer dhole dingo dodo dogwood dolphin donkey dormouse dory dove dragonfly duck dugong dunlin eagle
  eel egret eider eland elk elm emu ermine falcon fawn fennel fern ferret fig finch firefly flamingo flounder fox
  foxglove frog gannet gar gazelle gecko gerbil gibbon ginkgo giraffe gnu goat goldfinch goose gopher grebe grouse
  guanaco gull guppy haddock hake halibut hamster hare hawk hedgehog heron herring hippo hornbill horse hound hyena ibex
  ibis iguana impala jackal jackdaw jaguar jellyfish kakapo kangaroo kestrel kingfisher kite kiwi koala koi krill
  kudu ladybug lapwing larch lark lemming lemur lentil leopard lichen limpet linden linnet lion lizard llama lobster
  locust loon lotus lynx macaw mackerel magpie mallard manatee mango maple marlin marmot marten mayfly meadow meerkat
  mink minnow mole mongoose moose moss moth mouse mullet mussel narwhal newt nightjar numbat nuthatch oak
  ocelot octopus okapi opossum orca orchid oriole oryx osprey ostrich otter owl ox panda panther parrot partridge
  peacock pelican penguin perch petrel pheasant pigeon pike pine plover polecat pony poplar porpoise possum prawn puffin
  puma quail quokka rabbit raccoon ram reed reindeer rhino rook salmon sardine seahorse seal shark sheep shrew
  shrimp skink skua sloth snail sole sparrow spider spruce squid squirrel starfish starling stingray stoat stork
  sturgeon swallow swan swift tapir tarpon teal tern thistle thrush tiger toad tortoise toucan trout tulip tuna turtle
  vole vulture wallaby walnut walrus warbler weasel whale wigeon willow wolf wombat wren yak yew zander zebra`)

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/)
}
